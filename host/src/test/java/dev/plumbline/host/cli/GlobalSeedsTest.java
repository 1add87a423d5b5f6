package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.dataset.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deviation is called by its seed's number in the whole data set, and found in any range. */
class GlobalSeedsTest {
  @TempDir Path temp;
  private ExactSearch search;

  @BeforeEach
  void write() throws IOException {
    search = ExactSearch.in(temp, 60);
  }

  private Corpus found(String name, String range, String algorithm, Object... more) {
    search
        .verb(
            name, VerbAnswer.with(new Object[] {"--range", range, "--algorithm", algorithm}, more))
        .done();
    return Corpus.open(temp.resolve(name));
  }

  private static Map<String, CorpusInput> byId(List<CorpusInput> inputs) {
    return inputs.stream().collect(Collectors.toMap(CorpusInput::id, Function.identity()));
  }

  private static List<CorpusInput> from(Corpus corpus, int first) {
    return corpus.inputs().stream().filter(input -> input.seed() >= first).toList();
  }

  @Test
  void aRangeFindsUnderTheSameNamesWhatTheWholeFinds() throws IOException {
    for (String algorithm : List.of("boundary", "noise", "compd", "compd-coverage")) {
      Corpus whole = found("whole-" + algorithm, "0:60", algorithm);
      Corpus part = found("part-" + algorithm, "40:60", algorithm);
      assertFalse(part.inputs().isEmpty(), algorithm);
      assertEquals(byId(from(whole, 40)), byId(part.inputs()), algorithm);
      for (CorpusInput input : part.inputs()) {
        assertArrayEquals(
            Files.readAllBytes(whole.folder().resolve(input.picture())),
            Files.readAllBytes(part.folder().resolve(input.picture())));
      }
    }
  }

  @Test
  void theClipFollowsFromTheWholeDataSet() {
    Object ofWhole = found("whole", "0:60", "compd").header().settings().get("clip");
    Object ofPart = found("part", "40:60", "compd").header().settings().get("clip");
    assertEquals(ofWhole, ofPart);
  }

  @Test
  void aBrokenPictureThatIsLeftOutKeepsItsNumber() throws IOException {
    Corpus whole = found("whole", "30:60", "boundary");
    Path broken = search.data().resolve(Datasets.open(search.data(), null, null).name(41));
    Files.writeString(broken, "no picture");
    Corpus left = found("left", "30:60", "boundary", "--skip-broken");
    Map<String, CorpusInput> expected = byId(whole.inputs());
    expected.values().removeIf(input -> input.seed() == 41);
    assertEquals(expected, byId(left.inputs()));
  }
}
