package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void equally_many_whole_numbers_fall_into_every_bin() {
    double[] values = IntStream.range(0, 100).asDoubleStream().toArray();
    Histogram histogram = Histogram.ofWhole(values);
    assertEquals(5, histogram.step());
    int[] expected = new int[20];
    Arrays.fill(expected, 5);
    assertArrayEquals(expected, histogram.counts());
  }

  @Test
  void small_whole_numbers_get_a_bin_each() {
    assertArrayEquals(
        new int[] {1, 0, 2, 1}, Histogram.ofWhole(new double[] {0, 2, 2, 3}).counts());
  }

  @Test
  void every_value_is_counted_and_the_bins_are_few() {
    for (double scale : new double[] {1e-4, 0.003, 0.02, 0.37, 1}) {
      double[] values = IntStream.rangeClosed(0, 500).mapToDouble(i -> scale * i / 500).toArray();
      int[] counts = Histogram.of(values).counts();
      assertEquals(501, Arrays.stream(counts).sum(), "scale " + scale);
      assertTrue(counts.length <= 25, counts.length + " bins for scale " + scale);
    }
  }

  @Test
  void seeds_at_least_so_large_are_counted_from_the_right() {
    Histogram histogram = Histogram.atLeast(new double[] {0.1, 0.1, 2.3, 2.35});
    assertEquals(0.1, histogram.step(), 1e-12);
    assertEquals(4, histogram.counts()[1]);
    assertEquals(2, histogram.counts()[2]);
    assertTrue(histogram.draw("x").markup().contains("4 seeds at 0.1 or more"));
  }

  @Test
  void one_value_and_only_zeros_can_be_drawn() {
    assertTrue(Histogram.of(new double[] {0}).draw("x").markup().contains("<rect"));
    assertTrue(Histogram.of(new double[] {0.7}).draw("x").markup().contains("mean 0.7"));
  }
}
