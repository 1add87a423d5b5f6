package dev.plumbline.host.task;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The class of each pixel of a picture.
 *
 * @param runs the classes, row by row; {@link #IGNORED} where nobody says which it is
 * @param width of the mask in pixels, or 0 where only the number of its pixels is known: a model's
 *     row does not say
 * @param confidence the mean, over the mask's classes, of the mean probability that the model gives
 *     a class where it decides for it; 0 to 1, and 1 for a mask that no model gave
 */
public record Mask(MaskRuns runs, int width, float confidence) implements Decision {
  /** The class of pixels that do not count. */
  public static final int IGNORED = 0xffff;

  static final String KEY = "mask";

  /** Classes that a text names. */
  private static final int MOST_NAMED = 4;

  public Mask {
    if (width < 0 || width > 0 && runs.pixels() % width != 0) {
      throw new IllegalArgumentException(runs.pixels() + " pixels in rows of " + width);
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence of " + confidence + ", expected 0 to 1");
    }
  }

  /**
   * A mask that is known: an annotation of the data.
   *
   * @param classes of its pixels, row by row; {@link #IGNORED} where it says none
   * @param width of its rows
   */
  public static Mask known(int[] classes, int width) {
    return new Mask(MaskRuns.of(classes), width, 1);
  }

  /** A decision of a segmentation. */
  public static Mask of(Decision decision) {
    return (Mask) decision;
  }

  public int pixels() {
    return runs.pixels();
  }

  /** The classes that pixels have, {@link #IGNORED} too. */
  public Set<Integer> numbers() {
    Set<Integer> numbers = new TreeSet<>();
    for (MaskRuns.Cursor cursor = runs.cursor(); cursor.next(); ) {
      numbers.add(cursor.number());
    }
    return numbers;
  }

  /** The class of each pixel, row by row. */
  public int[] classes() {
    return runs.classes();
  }

  /**
   * The width of the rows: of the two factors of the number of pixels that are nearest to the
   * proportions of a picture, where the mask does not know.
   *
   * @param pictureWidth of the picture that the mask is of, in any unit
   * @param pictureHeight likewise
   */
  public int width(int pictureWidth, int pictureHeight) {
    if (width > 0) {
      return width;
    }
    double wanted = Math.log((double) pictureWidth / pictureHeight);
    int best = pixels();
    double nearest = Double.POSITIVE_INFINITY;
    for (int side = 1; (long) side * side <= pixels(); side++) {
      if (pixels() % side == 0) {
        for (int candidate : new int[] {side, pixels() / side}) {
          double proportions = (double) candidate * candidate / pixels();
          double away = Math.abs(Math.log(proportions) - wanted);
          if (away < nearest) {
            nearest = away;
            best = candidate;
          }
        }
      }
    }
    return best;
  }

  /**
   * The classes of a grid over the same picture: each of the pixel that the middle of the grid's
   * pixel lies in.
   */
  public int[] classes(int toWidth, int toHeight) {
    int[] from = classes();
    int fromWidth = width(toWidth, toHeight);
    int fromHeight = pixels() / fromWidth;
    if (fromWidth == toWidth && fromHeight == toHeight) {
      return from;
    }
    int[] to = new int[Math.multiplyExact(toWidth, toHeight)];
    int at = 0;
    for (int y = 0; y < toHeight; y++) {
      int row = (int) ((2L * y + 1) * fromHeight / (2L * toHeight)) * fromWidth;
      for (int x = 0; x < toWidth; x++) {
        to[at++] = from[row + (int) ((2L * x + 1) * fromWidth / (2L * toWidth))];
      }
    }
    return to;
  }

  @Override
  public String text(List<String> classNames) {
    MaskOverlap all = new MaskOverlap();
    all.add(this, this);
    List<Integer> numbers = new ArrayList<>(all.numbers());
    numbers.sort((a, b) -> Long.compare(all.expected(b), all.expected(a)));
    String text =
        numbers.stream()
            .limit(MOST_NAMED)
            .map(
                c ->
                    String.format(
                        Locale.ROOT,
                        "%.1f %% %s",
                        100.0 * all.expected(c) / pixels(),
                        name(c, classNames)))
            .collect(Collectors.joining(", "));
    int more = numbers.size() - MOST_NAMED;
    return text + (more > 0 ? " and " + more + " more" : "");
  }

  static String name(int number, List<String> classNames) {
    return number < classNames.size() ? classNames.get(number) : "class " + number;
  }

  /** A digest: masks are long. */
  @Override
  public String identity() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(4).putInt(pixels()).array());
      return HexFormat.of().formatHex(digest.digest(runs.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(KEY, runs.text());
    json.put("pixels", pixels());
    if (width > 0) {
      json.put("width", width);
    }
    json.put("confidence", confidence);
    return json;
  }
}
