package dev.plumbline.host.task;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the four numbers of a box are. */
enum BoxForm {
  /** Left, upper, right, lower edge. */
  CORNERS,
  /** Upper, left, lower, right edge, as TensorFlow has it. */
  YXYX,
  /** Centre from the left, from above, width, height. */
  CENTRE;

  /** As settings and files say it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Stream.of(values()).map(BoxForm::word).toList();
  }

  /**
   * @throws IllegalArgumentException if there is no such form
   */
  static BoxForm of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
