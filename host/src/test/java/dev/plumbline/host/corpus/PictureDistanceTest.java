package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import org.junit.jupiter.api.Test;

class PictureDistanceTest {
  // A square root and two divisions.
  private static final double TOLERANCE = 1e-15;

  @Test
  void distancesAreThoseReckonedByHand() {
    // Differences of 51, 102, 0 and 0 of 255: 0.2 and 0.4.
    PictureDistance distance = PictureDistance.between(grey(0, 200, 7, 255), grey(51, 98, 7, 255));
    assertEquals(Math.sqrt((0.04 + 0.16) / 4), distance.rms(), TOLERANCE);
    assertEquals(0.4, distance.linf(), TOLERANCE);
  }

  @Test
  void blackAndWhiteAreOneApartAndAPictureIsNotApartFromItself() {
    assertEquals(new PictureDistance(1, 1), PictureDistance.between(grey(0, 0), grey(255, 255)));
    assertEquals(new PictureDistance(0, 0), PictureDistance.between(grey(9, 200), grey(9, 200)));
  }

  @Test
  void picturesOfDifferentShapeHaveNoDistance() {
    Picture wide = grey(1, 2);
    Picture high = new Picture(new PictureShape(1, 2, 1), new byte[2]);
    assertThrows(IllegalArgumentException.class, () -> PictureDistance.between(wide, high));
  }

  private static Picture grey(int... pixels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    return new Picture(new PictureShape(1, 1, bytes.length), bytes);
  }
}
