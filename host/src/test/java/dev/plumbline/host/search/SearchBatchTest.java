package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SearchBatchTest {
  private static final long GIB = 1L << 30;

  @Test
  void aBatchTakesTwoFifthsOfTheFreeMemory() {
    assertEquals(400, SearchBatch.fitting(10 * GIB, GIB / 100, 64 * GIB, 3072));
  }

  @Test
  void aBatchHasAtLeastOnePictureAndAtMostTwoThousand() {
    assertEquals(1, SearchBatch.fitting(GIB, 2 * GIB, 64 * GIB, 3072));
    assertEquals(2048, SearchBatch.fitting(80 * GIB, 1, 64 * GIB, 3072));
    // A pass that took nothing measurable.
    assertEquals(2048, SearchBatch.fitting(80 * GIB, 0, 64 * GIB, 3072));
  }

  @Test
  void largePicturesFitIntoJavasHeapToo() {
    int bytes = 3 * 224 * 224;
    assertEquals(2 * GIB / 32 / bytes, SearchBatch.fitting(80 * GIB, 1 << 20, 2 * GIB, bytes));
  }
}
