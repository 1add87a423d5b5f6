package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
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
    BufferedImage image = PaintedPicture.image(picture);
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
    return PaintedPicture.picture(image);
  }

  private static Ellipse2D disc(Points points, int point, double radius) {
    return new Ellipse2D.Double(
        points.x(point) - radius, points.y(point) - radius, 2 * radius, 2 * radius);
  }
}
