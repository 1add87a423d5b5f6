package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.dataset.TensorShape;
import java.util.Arrays;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Expected pixels are counted by hand. */
class TensorFiguresTest {
  private static TensorInput tensor(List<Integer> dims, float... values) {
    return new TensorInput(new TensorShape(dims), values);
  }

  private static Element shown(TensorInput seed, TensorInput mutated) {
    return Jsoup.parseBodyFragment(TensorFigures.of(seed, mutated).markup()).body();
  }

  @Test
  void replacedWholeNumbersAreATableOfTheirPlaces() {
    List<Integer> dims = List.of(2, 3);
    Element table = shown(tensor(dims, 7, 8, 9, 4, 5, 6), tensor(dims, 7, 80, 9, 4, 5, 0));
    assertEquals("2 of 6 elements changed", table.select("caption").text());
    assertEquals(List.of("0, 1", "1, 2"), table.select("tbody th").eachText());
    assertEquals(List.of("8", "80", "6", "0"), table.select("tbody td").eachText());
    assertTrue(table.select("img").isEmpty());
  }

  @Test
  void ofManyReplacedNumbersTheFirstAreShown() {
    float[] ones = new float[100];
    Arrays.fill(ones, 1);
    Element table = shown(tensor(List.of(100), new float[100]), tensor(List.of(100), ones));
    assertEquals("100 of 100 elements changed, the first", table.select("caption").text());
    assertEquals(24, table.select("tbody tr").size());
  }

  @Test
  void aRowOfNumbersIsALineAndAMatrixAMap() {
    for (List<Integer> dims : List.of(List.of(1, 6), List.of(2, 3))) {
      Element figures =
          shown(tensor(dims, 0, 0.5f, 1, 0, 0.5f, 1), tensor(dims, 0, 0.5f, 1, 0.25f, 0.5f, 1));
      assertEquals(
          List.of("Seed", "Mutated", "Difference, at most 0.250"),
          figures.select("figcaption").eachText());
      String width = dims.get(0) == 1 ? "320" : "3";
      assertEquals(List.of(width, width, width), figures.select("img").eachAttr("width"));
    }
  }

  @Test
  void theLeastNumberIsBlackAndTheLargestWhite() {
    float[] values = {-1, 0, 1, 3};
    Picture map = HeatMap.over(values).draw(values, 2);
    assertArrayEquals(new byte[] {0, 64, (byte) 128, (byte) 255}, map.pixels());
  }

  @Test
  void aLineGoesFromCornerToCorner() {
    Picture plot = LinePlot.over(new float[] {0, 1}).draw(List.of(new float[] {0, 1}));
    int width = plot.shape().width();
    int height = plot.shape().height();
    assertTrue(isInk(plot, 7, height - 8), "begins at the lower left");
    assertTrue(isInk(plot, width - 8, 7), "ends at the upper right");
    assertTrue(!isInk(plot, 7, 7) && !isInk(plot, width - 8, height - 8));
  }

  /** Whether a pixel or one beside it is darker than the paper. */
  private static boolean isInk(Picture plot, int x, int y) {
    for (int dy = -1; dy <= 1; dy++) {
      int at = (y + dy) * plot.shape().width() + x;
      if (Byte.toUnsignedInt(plot.pixels()[at]) < 200) {
        return true;
      }
    }
    return false;
  }
}
