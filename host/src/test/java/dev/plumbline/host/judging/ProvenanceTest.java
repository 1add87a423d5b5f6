package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        case 'd' -> verdicts.put(id, Verdict.decided(true, new Label(1, 0.5f)));
        case 'a' -> verdicts.put(id, Verdict.decided(false, new Label(0, 0.5f)));
        case 'f' -> verdicts.put(id, Verdict.decided(true, new Label(1, 0.5f)).flaky());
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
        Label.known(0),
        new Label(0, 0.5f),
        new Label(proxy ? 1 : 0, 0.5f),
        0.1,
        0.1,
        Optional.empty(),
        verdicts,
        Optional.empty(),
        Optional.empty());
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

  @Test
  void deviationsThatTheProxyCalledValidAreCountedByJudgeAndOnAnyDevice(@TempDir Path temp) {
    List<String> rows = List.of("aadd", "aaad", "adaa", "addf", "dddd", "aaaa", "aaff");
    CorpusOrigin origin =
        new CorpusOrigin(
            "a".repeat(64),
            "b".repeat(64),
            new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB),
            new PictureShape(1, 1, 1),
            Classification.PLAIN,
            List.of("x", "y"),
            Map.of("algorithm", "boundary", "steps", 1, "random_seed", 1, "data", "none"));
    Picture dot = new Picture(new PictureShape(1, 1, 1), new byte[1]);
    List<CorpusInput> inputs = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int label = rows.get(i).charAt(0) == 'd' ? 1 : 0;
      inputs.add(
          CorpusInput.found(
              Classification.PLAIN,
              i,
              1,
              Label.known(0),
              new Label(0, 0.5f),
              new Label(label, 0.5f),
              PictureDistance.between(dot, dot)));
    }
    Corpus corpus;
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("corpus"), origin)) {
      for (CorpusInput input : inputs) {
        writer.seed(input.seed(), dot);
        writer.add(input, dot);
      }
      corpus = writer.finish(CorpusCounts.of(rows.size(), inputs));
    }
    for (JudgeInfo judge : JUDGES) {
      Map<String, Verdict> verdicts = new TreeMap<>();
      for (int i = 0; i < rows.size(); i++) {
        Verdict verdict = input(rows.get(i)).verdicts().get(judge.id());
        if (verdict != null) {
          verdicts.put(inputs.get(i).id(), verdict);
        }
      }
      corpus = corpus.withVerdicts(judge, verdicts);
    }
    Provenance.Counts counts = Provenance.Counts.of(corpus);
    // By hand, in the columns above; a flaky verdict is none.
    assertEquals(4, counts.unseenByProxy());
    assertEquals(Map.of("host", 2, "pi", 2, "jetson", 2), counts.unseenBy());
    assertEquals(3, counts.unseenOnDevices());
  }
}
