package dev.plumbline.host.report.summary;

import java.util.OptionalDouble;

/** What the figures of a summary have to hold; a broken one is a fault of whoever made it. */
public final class Checks {
  private Checks() {}

  static void count(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 or more");
    }
  }

  public static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 to 1");
    }
  }

  public static void share(String name, OptionalDouble value) {
    if (value.isPresent()) {
      share(name, value.getAsDouble());
    }
  }

  public static void seconds(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " took " + value + " s, expected 0 or more");
    }
  }

  public static void named(String what, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
  }
}
