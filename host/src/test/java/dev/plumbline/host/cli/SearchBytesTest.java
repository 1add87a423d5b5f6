package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What searches find stays what it was, whatever is moved in the program, with the exact models of
 * {@link ExactSearch}.
 */
class SearchBytesTest {
  @TempDir Path temp;

  /** Recorded before decisions had a room of their own; of noise when it came. */
  @ParameterizedTest
  @CsvSource({
    "boundary, 795, 44, 751, 47, 77e0ffcb5177b3d8f72b48f07a5d3cd2cf024e6cca45c5bc0020c0dc0be7d592",
    "compd, 600, 358, 136, 359, 187a30825cb0c0a8ee6a07e1e438a0ee7225fa130a65cba3c625b942c6554102",
    "noise, 876, 34, 841, 34, 4ec1d66a4e18e651b5b1dd3337277a2902ff0c19fa663a738bfdd441eeb7f334",
    "compd-coverage, 600, 364, 138, 365,"
        + " fbb579c0d95435967ecb328b73c9ffa7f40a17077d1d842c595f2dc33ef0ae2f",
  })
  void theSamePicturesAreFoundAsBefore(
      String algorithm, long mutated, long effective, long valid, int kept, String sha256)
      throws IOException {
    ExactSearch.in(temp, 60).verb("corpus", "--algorithm", algorithm, "--clip", "0.1").done();
    Corpus corpus = Corpus.open(temp.resolve("corpus"));
    CorpusCounts counts = corpus.header().counts();
    assertEquals(
        mutated + " " + effective + " " + valid + " " + kept + " " + sha256,
        counts.mutated()
            + " "
            + counts.effective()
            + " "
            + counts.valid()
            + " "
            + corpus.header().kept()
            + " "
            + corpus.sha256());
  }
}
