package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.awt.image.BufferedImage;

/** Pictures as images to paint on, and back. */
final class PaintedPicture {
  private PaintedPicture() {}

  /** In colour, of the same size. */
  static BufferedImage image(Picture picture) {
    PictureShape shape = picture.shape();
    int plane = shape.height() * shape.width();
    int apart = shape.channels() == 3 ? plane : 0;
    BufferedImage image =
        new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
    byte[] pixels = picture.pixels();
    for (int p = 0; p < plane; p++) {
      int red = Byte.toUnsignedInt(pixels[p]);
      int green = Byte.toUnsignedInt(pixels[p + apart]);
      int blue = Byte.toUnsignedInt(pixels[p + 2 * apart]);
      image.setRGB(p % shape.width(), p / shape.width(), red << 16 | green << 8 | blue);
    }
    return image;
  }

  /** In colour, of the same size. */
  static Picture picture(BufferedImage image) {
    int plane = image.getWidth() * image.getHeight();
    byte[] pixels = new byte[3 * plane];
    for (int p = 0; p < plane; p++) {
      int rgb = image.getRGB(p % image.getWidth(), p / image.getWidth());
      pixels[p] = (byte) (rgb >> 16);
      pixels[p + plane] = (byte) (rgb >> 8);
      pixels[p + 2 * plane] = (byte) rgb;
    }
    return new Picture(new PictureShape(3, image.getHeight(), image.getWidth()), pixels);
  }
}
