package dev.plumbline.agent.runs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholeRunsTest {
  /** By hand. */
  @ParameterizedTest(name = "{0} pictures in runs of {1} stand as {3}")
  @CsvSource({
    "7, 3, 3, 0 1 2 3 4 5 6 6 6, 1",
    "6, 3, 2, 0 1 2 3 4 5, 3",
    "1, 4, 1, 0 0 0 0, 1",
    "2, 1, 2, 0 1, 1",
    "5, 5, 1, 0 1 2 3 4, 5"
  })
  void theLastPictureFillsTheLastRunUp(
      int pictures, int size, int runs, String standing, int presentInLast) {
    WholeRuns whole = new WholeRuns(pictures, size);
    assertEquals(runs, whole.runs());
    int[] expected = parse(standing);
    assertArrayEquals(expected, IntStream.range(0, whole.places()).map(whole::picture).toArray());
    assertEquals(presentInLast, whole.present((runs - 1) * size));
  }

  @ParameterizedTest(name = "no picture in runs of {0} is no run")
  @CsvSource({"1", "4"})
  void withoutPicturesThereIsNoRun(int size) {
    assertEquals(0, new WholeRuns(0, size).places());
  }

  private static int[] parse(String numbers) {
    return Arrays.stream(numbers.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
