package dev.plumbline.host.dataset;

/**
 * How pictures are brought to another size.
 *
 * @param interpolation what a pixel is made of
 * @param antialias whether a smaller picture's pixels come from all they cover, as Pillow does it
 *     and torchvision by default; or from the pixels about their centre alone, as OpenCV and
 *     PyTorch's {@code interpolate} do it. {@link Interpolation#AREA} is the same either way
 */
public record Resampling(Interpolation interpolation, boolean antialias) {
  /** Pillow's and torchvision's default for photographs. */
  static final Resampling DEFAULT = new Resampling(Interpolation.BILINEAR, true);

  public Resampling {
    if (!antialias
        && (interpolation == Interpolation.BOX || interpolation == Interpolation.HAMMING)) {
      throw new IllegalArgumentException(
          "interpolation " + interpolation.text() + " is always antialiased");
    }
  }

  /**
   * @param width at least 1
   * @param height at least 1
   * @return the picture itself where it has that size
   */
  Picture resize(Picture picture, int width, int height) {
    PictureShape shape = picture.shape();
    if (shape.width() == width && shape.height() == height) {
      return picture;
    }
    if (interpolation == Interpolation.NEAREST && antialias) {
      return nearestCentre(picture, width, height);
    }
    return antialias && interpolation != Interpolation.AREA
        ? PillowResampling.resize(picture, interpolation, width, height)
        : PointResampling.resize(picture, interpolation, width, height);
  }

  /** Pillow's nearest: the source pixel that a pixel's centre falls into. */
  private static Picture nearestCentre(Picture picture, int width, int height) {
    PictureShape from = picture.shape();
    PictureShape to = new PictureShape(from.channels(), height, width);
    int[] columns = centres(from.width(), width);
    int[] rows = centres(from.height(), height);
    byte[] source = picture.pixels();
    byte[] pixels = new byte[to.bytes()];
    int at = 0;
    for (int c = 0; c < from.channels(); c++) {
      for (int row : rows) {
        int start = (c * from.height() + row) * from.width();
        for (int column : columns) {
          pixels[at++] = source[start + column];
        }
      }
    }
    return new Picture(to, pixels);
  }

  private static int[] centres(int from, int to) {
    int[] centres = new int[to];
    double step = (double) from / to;
    // Added up as Pillow does it, which rounds otherwise than a product.
    double place = step * 0.5;
    for (int i = 0; i < to; i++) {
      centres[i] = Math.min(from - 1, (int) place);
      place += step;
    }
    return centres;
  }
}
