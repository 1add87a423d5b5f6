package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Floats;
import dev.plumbline.host.task.Numbers;
import dev.plumbline.host.task.Points;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointsPainterTest {
  private static final float NONE = Float.NaN;

  private static int[] pixel(Picture picture, int x, int y) {
    int plane = picture.shape().height() * picture.shape().width();
    int at = y * picture.shape().width() + x;
    return new int[] {
      Byte.toUnsignedInt(picture.pixels()[at]),
      Byte.toUnsignedInt(picture.pixels()[at + plane]),
      Byte.toUnsignedInt(picture.pixels()[at + 2 * plane])
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void pointsAreMarkedWhereTheyAreAndTheRestIsThePicture(int channels) {
    Picture picture =
        new Picture(new PictureShape(channels, 100, 200), new byte[channels * 100 * 200]);
    Points points = new Points(Floats.of(50, 20, 1, NONE, NONE, 0, 150, 80, 0.5f, 900, 900, 1));
    Picture painted = DecisionDrawing.draw(points, picture, List.of()).orElseThrow();
    assertEquals(new PictureShape(3, 100, 200), painted.shape());
    int[] first = pixel(painted, 50, 20);
    int[] second = pixel(painted, 150, 80);
    assertTrue(first[0] > 200 && first[1] < 50 && first[2] < 50, "the first point is red");
    assertTrue(second[0] + second[1] + second[2] > 200, "the third point is coloured");
    assertTrue(second[0] < first[0], "of another colour than the first");
    assertEquals(0, pixel(painted, 100, 50)[0]);
    assertEquals(0, pixel(painted, 0, 0)[1]);
  }

  @Test
  void wordsAloneTellOfNumbers() {
    Picture picture = new Picture(new PictureShape(1, 2, 2), new byte[4]);
    assertTrue(DecisionDrawing.draw(new Numbers(Floats.of(1)), picture, List.of()).isEmpty());
  }
}
