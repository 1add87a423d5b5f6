package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSizeTest {
  private static final int CLASSES = 10;

  /** Answers batch after batch until the size stays. */
  private static int settled(BatchSize size, int run, int classes, long nanosOfRun) {
    for (int i = 0; i < 20; i++) {
      int pictures = size.pictures();
      assertEquals(0, pictures % run, "pictures of " + pictures);
      size.answered(pictures, classes, pictures / run * nanosOfRun);
    }
    return size.pictures();
  }

  @Test
  void itBeginsWithOneRunAndAtMostDoubles() {
    BatchSize size = new BatchSize(4, 1024, 3072);
    int before = size.pictures();
    assertEquals(4, before);
    for (int i = 0; i < 10; i++) {
      size.answered(before, CLASSES, 1000);
      assertTrue(size.pictures() <= 2 * before, size.pictures() + " after " + before);
      before = size.pictures();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // 8 ms of work: 80 runs of 100 microseconds
    "1, 100000, 1024, 3072, 80",
    // one that takes longer goes alone
    "1, 30000000, 1024, 3072, 1",
    "32, 5000000, 1024, 3072, 32",
    // half a MiB of pixels
    "1, 1000, 1024, 3072, 170",
    "32, 1000, 1024, 3072, 160",
    "1, 1000, 1024, 150528, 3",
    "1, 1000, 1024, 5000000, 1",
    // what the agent takes
    "1, 1000, 64, 3072, 64",
    "3, 1000, 64, 3072, 63",
    "100, 1000, 64, 3072, 100",
    // an agent that runs all of a batch at once
    "8, 1000, 0, 3072, 8",
  })
  void itGrowsUntilTheWorkThePixelsOrTheAgentSayStop(
      int run, long nanosOfRun, int maxPictures, int pictureBytes, int expected) {
    assertEquals(
        expected, settled(new BatchSize(run, maxPictures, pictureBytes), run, CLASSES, nanosOfRun));
  }

  @Test
  void manyClassesMakeItSmaller() {
    assertEquals(65, settled(new BatchSize(1, 1024, 16), 1, 1000, 1000));
  }

  @Test
  void aDeviceThatBecomesSlowGetsOneRunAtATimeAgain() {
    BatchSize size = new BatchSize(2, 1024, 3072);
    assertTrue(settled(size, 2, CLASSES, 10_000) > 2);
    assertEquals(2, settled(size, 2, CLASSES, 50_000_000));
  }

  @Test
  void aDeviceWithoutAClockDoesNoHarm() {
    assertEquals(1, settled(new BatchSize(1, 0, 3072), 1, CLASSES, 0));
    assertEquals(170, settled(new BatchSize(1, 1024, 3072), 1, CLASSES, 0));
  }
}
