package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Boxes;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws objects as frames in the colour of their class, with its name and the score. */
final class BoxesPainter {
  /** The golden angle: classes with near numbers differ most in colour. */
  private static final float HUE_STEP = 0.381966f;

  /** Of the larger side of the picture: a line's width, and the height of letters. */
  private static final double LINE = 0.008;

  private static final double LETTERS = 0.045;

  /** On smaller pictures scores would hide what is on them. */
  private static final int LEAST_WITH_SCORE = 128;

  /** Smaller letters cannot be read. */
  private static final int LEAST_LETTERS = 7;

  private BoxesPainter() {}

  /** In colour, of the picture's size; the surest objects lie on top. */
  static Picture paint(Boxes boxes, Picture picture, List<String> classNames) {
    BufferedImage image = PaintedPicture.image(picture);
    int side = Math.max(image.getWidth(), image.getHeight());
    Graphics2D paint = image.createGraphics();
    paint.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    paint.setStroke(new BasicStroke((float) Math.max(1, LINE * side)));
    int letters = (int) Math.max(LEAST_LETTERS, LETTERS * side);
    paint.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, letters));
    List<Box> objects = boxes.objects();
    for (int i = objects.size() - 1; i >= 0; i--) {
      frame(paint, objects.get(i));
    }
    for (int i = objects.size() - 1; i >= 0; i--) {
      name(paint, objects.get(i), classNames, image);
    }
    paint.dispose();
    return PaintedPicture.picture(image);
  }

  private static Color colour(Box box) {
    return Color.getHSBColor(box.label() * HUE_STEP, 1, 0.85f);
  }

  private static void frame(Graphics2D paint, Box box) {
    paint.setColor(colour(box));
    paint.draw(
        new Rectangle2D.Double(
            box.x1() + 0.5, box.y1() + 0.5, box.x2() - box.x1() - 1, box.y2() - box.y1() - 1));
  }

  /** Above the box, or where there is no room, below it, or in it: at its left edge. */
  private static void name(
      Graphics2D paint, Box box, List<String> classNames, BufferedImage image) {
    String name = Boxes.name(box, classNames);
    boolean small = Math.max(image.getWidth(), image.getHeight()) < LEAST_WITH_SCORE;
    String text = small ? name : String.format(Locale.ROOT, "%s %.2f", name, box.score());
    int width = paint.getFontMetrics().stringWidth(text);
    int height = paint.getFontMetrics().getAscent();
    double left = Math.max(0, Math.min(box.x1(), image.getWidth() - width - 1));
    double top = top(box, height + 1, image.getHeight());
    paint.setColor(colour(box));
    paint.fill(new Rectangle2D.Double(left, top, width + 1, height + 1));
    paint.setColor(Color.WHITE);
    paint.drawString(text, (float) left + 0.5f, (float) top + height);
  }

  private static double top(Box box, int height, int most) {
    if (box.y1() >= height) {
      return Math.min(box.y1(), most) - height;
    }
    if (box.y2() >= 0 && box.y2() + height <= most) {
      return box.y2();
    }
    return Math.max(0, Math.min(box.y1(), most - height));
  }
}
