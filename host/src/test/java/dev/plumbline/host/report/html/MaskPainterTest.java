package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Mask;
import org.junit.jupiter.api.Test;

class MaskPainterTest {
  /** As the palette of Pascal VOC's masks has them. */
  @Test
  void coloursAreThoseOfPascalVoc() {
    int[][] expected = {{0, 0, 0}, {128, 0, 0}, {0, 128, 0}, {128, 128, 0}, {0, 0, 128}};
    for (int c = 0; c < expected.length; c++) {
      assertArrayEquals(expected[c], colour(c));
    }
    assertArrayEquals(new int[] {192, 128, 128}, colour(15));
    assertArrayEquals(new int[] {0, 64, 128}, colour(20));
  }

  private static int[] colour(int number) {
    int[] colour = new int[3];
    for (int channel = 0; channel < 3; channel++) {
      colour[channel] = MaskPainter.colour(number, channel);
    }
    return colour;
  }

  @Test
  void classesAreLaidOverThePictureAndTheBackgroundStays() {
    Picture grey = new Picture(new PictureShape(1, 1, 4), new byte[] {100, 100, 100, 100});
    Picture painted = MaskPainter.paint(Mask.known(new int[] {0, 1, 2, Mask.IGNORED}, 4), grey);
    assertEquals(new PictureShape(3, 1, 4), painted.shape());
    assertArrayEquals(
        new byte[] {100, 115, 45, 100, 100, 45, 115, 100, 100, 45, 45, 100}, painted.pixels());
  }

  @Test
  void aSmallerMaskCoversTheWholePicture() {
    Picture colour = new Picture(new PictureShape(3, 2, 4), new byte[24]);
    Picture painted = MaskPainter.paint(Mask.known(new int[] {0, 1}, 2), colour);
    int red = Math.round(0.55f * 128);
    for (int p = 0; p < 8; p++) {
      assertEquals(p % 4 < 2 ? 0 : red, painted.pixels()[p]);
    }
  }
}
