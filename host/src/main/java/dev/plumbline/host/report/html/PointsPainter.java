package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Points;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;

/** Marks points on their picture: a disc for each in a colour of its own, with a white rim. */
final class PointsPainter {
  /** The golden angle: neighbours in the list differ most in colour. */
  private static final float HUE_STEP = 0.381966f;

  /** Of the larger side of the picture. */
  private static final double RADIUS = 0.02;

  private PointsPainter() {}

  /** In colour, of the picture's size; points outside of it are not seen. */
  static Picture paint(Points points, Picture picture) {
    BufferedImage image = image(picture);
    double radius =
        Math.max(1, RADIUS * Math.max(picture.shape().width(), picture.shape().height()));
    Graphics2D paint = image.createGraphics();
    paint.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    for (int k = 0; k < points.count(); k++) {
      if (points.isThere(k)) {
        paint.setColor(Color.WHITE);
        paint.fill(disc(points, k, radius + Math.max(0.5, radius / 3)));
        paint.setColor(Color.getHSBColor(k * HUE_STEP, 1, 0.85f));
        paint.fill(disc(points, k, radius));
      }
    }
    paint.dispose();
    return picture(image);
  }

  private static Ellipse2D disc(Points points, int point, double radius) {
    return new Ellipse2D.Double(
        points.x(point) - radius, points.y(point) - radius, 2 * radius, 2 * radius);
  }

  private static BufferedImage image(Picture picture) {
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

  private static Picture picture(BufferedImage image) {
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
