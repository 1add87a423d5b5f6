package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelStatisticsTest {
  // Sums of a few doubles near 1: a handful of roundings of 2^-53 each.
  private static final double TOLERANCE = 1e-15;

  @Test
  void meanAndPopulationVarianceAreThoseReckonedByHand() {
    // Two RGB pictures of one row of two pixels.
    // R: 0, 255, 0, 255 -> on [0,1] mean 1/2, variance 1/4.
    // G: 51 four times -> mean 1/5, variance 0.
    // B: 0, 0, 0, 255 -> mean 1/4, variance 1/4 * 3/4 = 3/16.
    byte f = (byte) 255;
    byte[] pixels = {0, f, 51, 51, 0, 0, 0, f, 51, 51, 0, f};
    Dataset data =
        new MemoryDataset(
            new PictureShape(3, 1, 2), pixels, new int[2], String::valueOf, List.of("any"));
    ChannelStatistics statistics = ChannelStatistics.of(data);
    assertEach(List.of(0.5, 0.2, 0.25), statistics.mean());
    assertEach(List.of(0.25, 0.0, 0.1875), statistics.variance());
    assertEach(List.of(0.5, 0.0, Math.sqrt(3) / 4), statistics.std());
  }

  @Test
  void aRangeCountsOnlyItsPictures() {
    Dataset data = Datasets.range(SplitAndRangeTest.numbered(100), Range.of(10, 13));
    // 10, 11, 12: mean 11, population variance 2/3.
    ChannelStatistics statistics = ChannelStatistics.of(data);
    assertEach(List.of(11 / 255.0), statistics.mean());
    assertEach(List.of(2 / 3.0 / 255 / 255), statistics.variance());
  }

  @Test
  void theStandardisingPreprocessingHasMeanAndStdOfTheChannels() {
    ChannelStatistics statistics =
        new ChannelStatistics(List.of(0.5, 0.25), List.of(0.5, 0.125), List.of(0.25, 0.015625));
    Preprocessing preprocessing = statistics.standardising(Geometry.none());
    assertEquals(List.of(0.5f, 0.25f), preprocessing.mean());
    assertEquals(List.of(0.5f, 0.125f), preprocessing.std());
  }

  @Test
  void equalPixelsInAChannelCannotBeStandardised() {
    ChannelStatistics equal =
        new ChannelStatistics(List.of(0.5, 0.2), List.of(0.5, 0.0), List.of(0.25, 0.0));
    BadInputException refused =
        assertThrows(BadInputException.class, () -> equal.standardising(Geometry.none()));
    assertEquals(
        "all pixels of the training data are equal in a channel, expected different pictures",
        refused.getMessage());
  }

  private static void assertEach(List<Double> expected, List<Double> found) {
    assertEquals(expected.size(), found.size());
    for (int c = 0; c < expected.size(); c++) {
      assertEquals(expected.get(c), found.get(c), TOLERANCE, "channel " + c);
    }
  }
}
