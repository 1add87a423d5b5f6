package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureImagesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void a_png_holds_every_pixel_as_it_was(int channels) throws IOException {
    PictureShape shape = new PictureShape(channels, 5, 7);
    byte[] pixels = new byte[shape.bytes()];
    new Random(3).nextBytes(pixels);
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(PngFile.encode(new Picture(shape, pixels))));
    assertEquals(7, image.getWidth());
    assertEquals(5, image.getHeight());
    assertEquals(channels, image.getRaster().getNumBands());
    byte[] read = new byte[pixels.length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < 35; i++) {
        read[c * 35 + i] = (byte) image.getRaster().getSample(i % 7, i / 7, c);
      }
    }
    assertArrayEquals(pixels, read);
  }

  @Test
  void other_numbers_of_channels_are_refused() {
    Picture picture = new Picture(new PictureShape(2, 1, 1), new byte[2]);
    assertThrows(IllegalArgumentException.class, () -> PngFile.encode(picture));
  }

  @Test
  void the_difference_is_around_mid_grey_and_as_strong_as_it_can_be_without_clipping() {
    Picture from = grey(100, 100, 100, 0);
    Picture to = grey(100, 110, 85, 3);
    // 15 x 8 = 120 still fits below 128, 15 x 16 does not.
    assertEquals(8, PictureImages.amplification(from, to));
    assertEquals(grey(128, 208, 8, 152), PictureImages.difference(from, to, 8));
  }

  @Test
  void equal_pictures_differ_by_nothing() {
    Picture picture = grey(1, 2, 3, 4);
    assertEquals(64, PictureImages.amplification(picture, picture));
    assertEquals(grey(128, 128, 128, 128), PictureImages.difference(picture, picture, 64));
  }

  @Test
  void a_change_from_black_to_white_is_clipped_not_wrapped() {
    assertEquals(1, PictureImages.amplification(grey(0, 0, 0, 255), grey(255, 0, 0, 0)));
    assertEquals(
        grey(255, 128, 128, 0),
        PictureImages.difference(grey(0, 0, 0, 255), grey(255, 0, 0, 0), 1));
  }

  private static Picture grey(int... values) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return new Picture(new PictureShape(1, 2, 2), pixels);
  }
}
