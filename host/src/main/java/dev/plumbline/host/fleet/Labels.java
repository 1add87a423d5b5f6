package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads labels of devices, such as {@code site=plant-2,cpu=cortex-a53}. */
public final class Labels {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:+-]{0,199}");

  private Labels() {}

  /**
   * @param text labels with commas between them, at least one
   * @return values by name, in order of the names
   * @throws BadInputException if it is something else, or names one label twice
   */
  public static Map<String, String> parse(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw malformed(text, "'" + part + "' has no =");
      }
      String name = part.substring(0, equals).strip();
      String value = part.substring(equals + 1).strip();
      require(name, value);
      if (labels.put(name, value) != null) {
        throw malformed(text, name + " is there twice");
      }
    }
    return labels;
  }

  static void require(String name, String value) {
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      throw malformed(name + "=" + value, "a name or value is empty or has odd characters");
    }
  }

  private static BadInputException malformed(String text, String found) {
    return new BadInputException(
        "label '" + text + "' cannot be read: " + found + "; expected NAME=VALUE[,NAME=VALUE…]");
  }
}
