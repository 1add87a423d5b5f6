package dev.plumbline.host.report.summary;

import dev.plumbline.host.score.Measure;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How figures are written for people, the same on every machine. */
public final class Figures {
  /** Stands where there is no figure. */
  public static final String NONE = "\u2013";

  private static final char MINUS = '\u2212';
  // A figure and its unit stay on one line.
  private static final char NARROW_SPACE = '\u202F';

  private Figures() {}

  /** 1264 as "1,264". */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  public static String count(OptionalLong count) {
    return count.isPresent() ? count(count.getAsLong()) : NONE;
  }

  /** "1 picture", "1,264 pictures". */
  public static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** 0.9163 as "91.63 %". */
  public static String share(double share) {
    return String.format(Locale.ROOT, "%.2f", share * 100) + NARROW_SPACE + "%";
  }

  public static String share(OptionalDouble share) {
    return share.isPresent() ? share(share.getAsDouble()) : NONE;
  }

  /** A value of a score: "91.63 %", "0.8412". */
  public static String score(ScoreSummary score, double value) {
    return score.scale() == Measure.Scale.PERCENT
        ? share(value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  public static String score(ScoreSummary score, OptionalDouble value) {
    return value.isPresent() ? score(score, value.getAsDouble()) : NONE;
  }

  /** How a score changed: "+0.15 points", "−0.0120". */
  public static String change(ScoreSummary score, double before, double after) {
    if (score.scale() == Measure.Scale.PERCENT) {
      return points(before, after);
    }
    String digits = score(score, Math.abs(after - before));
    return digits.equals("0.0000") ? "no change" : (after < before ? MINUS : "+") + digits;
  }

  /** A part of a whole as "98 %"; never rounded to 0 or 100 when it is not. */
  static String part(long part, long whole) {
    if (whole == 0) {
      return NONE;
    }
    double percent = 100.0 * part / whole;
    String digits =
        percent > 0 && percent < 1 || percent > 99 && percent < 100
            ? String.format(Locale.ROOT, "%.1f", Math.max(0.1, Math.min(99.9, percent)))
            : String.format(Locale.ROOT, "%.0f", percent);
    return digits + NARROW_SPACE + "%";
  }

  /** How a count changed, as "−91 %". */
  public static String change(long before, long after) {
    if (before == 0) {
      return after == 0 ? "no change" : "none before";
    }
    if (after == before) {
      return "no change";
    }
    String sign = after < before ? String.valueOf(MINUS) : "+";
    return sign + part(Math.abs(after - before), before);
  }

  /** How a share changed, in points: "+0.15 points". */
  public static String points(double before, double after) {
    double points = (after - before) * 100;
    String digits = String.format(Locale.ROOT, "%.2f", Math.abs(points));
    if (digits.equals("0.00")) {
      return "no change";
    }
    return (points < 0 ? MINUS : '+') + digits + " points";
  }

  /** A distance on the [0,1] pixel range. */
  public static String severity(double severity) {
    return String.format(Locale.ROOT, "%.2f", severity);
  }

  public static String distance(double distance) {
    return String.format(Locale.ROOT, "%.4f", distance);
  }

  public static String distance(OptionalDouble distance) {
    return distance.isPresent() ? distance(distance.getAsDouble()) : NONE;
  }

  /** "0.42 s", "48.2 s", "1 min 42 s". */
  public static String seconds(double seconds) {
    if (seconds < 9.995) {
      return String.format(Locale.ROOT, "%.2f", seconds) + NARROW_SPACE + "s";
    }
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f", seconds) + NARROW_SPACE + "s";
    }
    long whole = Math.round(seconds);
    return count(whole / 60) + NARROW_SPACE + "min " + whole % 60 + NARROW_SPACE + "s";
  }

  /** A confidence of 0 to 1 as "87 %". */
  public static String confidence(double confidence) {
    return String.format(Locale.ROOT, "%.0f", confidence * 100) + NARROW_SPACE + "%";
  }

  /** A number of SVG or CSS: at most three digits after the point, no exponent. */
  public static String coordinate(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
