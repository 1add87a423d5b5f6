package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Numbers as lines, small.
 *
 * @param low number at the lower edge
 * @param high number at the upper edge, above {@code low}
 */
record LinePlot(float low, float high) {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 160;
  private static final int BORDER = 6;

  /** The first line, and those that came after it. */
  private static final List<Color> COLOURS = List.of(new Color(0x6b7280), new Color(0xc2410c));

  /** A plot with room for all lines. */
  static LinePlot over(float[]... lines) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float[] line : lines) {
      for (float value : line) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return new LinePlot(low, high > low ? high : low + Math.max(1, Math.ulp(low)));
  }

  /**
   * @param lines each of at least one number; the last lies on top
   */
  Picture draw(List<float[]> lines) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    for (int l = 0; l < lines.size(); l++) {
      graphics.setColor(COLOURS.get(Math.min(l, COLOURS.size() - 1)));
      graphics.draw(path(lines.get(l)));
    }
    graphics.dispose();
    return PaintedPicture.picture(image);
  }

  private Path2D path(float[] line) {
    Path2D path = new Path2D.Double();
    double across = (WIDTH - 2.0 * BORDER) / Math.max(1, line.length - 1);
    double down = (HEIGHT - 2.0 * BORDER) / ((double) high - low);
    for (int i = 0; i < line.length; i++) {
      double x = BORDER + i * across;
      double y = BORDER + ((double) high - line[i]) * down;
      if (i == 0) {
        path.moveTo(x, y);
        // A line of one number is a dot.
        path.lineTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    return path;
  }
}
