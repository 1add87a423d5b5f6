package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvenanceTest {
  private static final List<JudgeInfo> JUDGES =
      List.of(
          judge("proxy", JudgeKind.PROXY),
          judge("host", JudgeKind.HOST),
          judge("pi", JudgeKind.DEVICE),
          judge("jetson", JudgeKind.DEVICE));

  private static JudgeInfo judge(String id, JudgeKind kind) {
    return new JudgeInfo(id, kind, "a", "r", "p", "", List.of(), 1, 1, "a".repeat(64));
  }

  private static CorpusInput input(String said) {
    boolean proxy = said.charAt(0) == 'd';
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (int i = 0; i < JUDGES.size(); i++) {
      String id = JUDGES.get(i).id();
      switch (said.charAt(i)) {
        case 'd' -> verdicts.put(id, new Verdict(true, 1, 0.5f));
        case 'a' -> verdicts.put(id, new Verdict(false, 0, 0.5f));
        case 'f' -> verdicts.put(id, new Verdict(true, 1, 0.5f).flaky());
        default -> {
          // It has not judged.
        }
      }
    }
    return new CorpusInput(
        "i",
        0,
        1,
        "pictures/i.png",
        proxy ? PictureClass.EFFECTIVE : PictureClass.VALID,
        0,
        0,
        proxy ? 1 : 0,
        0.5f,
        0.5f,
        0.1,
        0.1,
        verdicts,
        null);
  }

  /** Proxy, host, pi, jetson: d deviates, a agrees, f flaky, - did not judge. */
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "daaa, PROXY_ONLY, ''",
    "da--, PROXY_ONLY, ''",
    "d---, , ''",
    "aaaa, , ''",
    "adaa, HOST_ONLY, ''",
    "ddaa, HOST_ONLY, ''",
    "dd--, ALL, ''",
    "aadd, DEVICE_ONLY, pi+jetson",
    "dad-, DEVICE_ONLY, pi",
    "aada, SOME_DEVICES, pi",
    "ddad, SOME_DEVICES, jetson",
    "dddd, ALL, pi+jetson",
    "addd, ALL, pi+jetson",
    "d-dd, ALL, pi+jetson",
    // A flaky judge has not decided, so it neither sees a deviation nor denies one.
    "ddfd, ALL, jetson",
    "dffa, PROXY_ONLY, ''",
    "dfff, , ''",
  })
  void theProvenanceFollowsFromWhoDecided(String said, Provenance.Kind kind, String devices) {
    Optional<Provenance> found = Provenance.of(input(said), JUDGES);
    assertEquals(Optional.ofNullable(kind), found.map(Provenance::kind));
    assertEquals(devices, found.map(p -> String.join("+", p.devices())).orElse(""));
  }
}
