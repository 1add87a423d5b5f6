package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Boxes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxesPainterTest {
  private static final int SIDE = 200;

  @Test
  void theFrameIsPaintedOnTheEdgeOfTheBoxAndTheRestOfThePictureStays() {
    Picture grey = new Picture(new PictureShape(1, SIDE, SIDE), grey());
    Box box = new Box(0, 0.5f, 40, 50, 160, 150, Box.Role.OBJECT);
    Box outside = new Box(3, 0.4f, -300, -300, -200, 600, Box.Role.OBJECT);
    Picture painted =
        DecisionDrawing.draw(new Boxes(List.of(box, outside)), grey, List.of("cat")).orElseThrow();
    assertEquals(new PictureShape(3, SIDE, SIDE), painted.shape());
    assertEquals(217, red(painted, 100, 150 - 1), 20, "lower edge in the colour of class 0");
    assertEquals(217, red(painted, 160 - 1, 100), 20, "right edge");
    assertEquals(90, red(painted, 100, 120), "inside");
    assertEquals(90, red(painted, 180, 180), "outside");
    assertNotEquals(90, red(painted, 42, 46), "the name above the upper left corner");
  }

  private static byte[] grey() {
    byte[] pixels = new byte[SIDE * SIDE];
    Arrays.fill(pixels, (byte) 90);
    return pixels;
  }

  private static int red(Picture picture, int x, int y) {
    return Byte.toUnsignedInt(picture.pixels()[y * SIDE + x]);
  }
}
