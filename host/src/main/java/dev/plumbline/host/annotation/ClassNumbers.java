package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import java.util.List;

/** Which number a model has for a class that annotations name. */
record ClassNumbers(List<String> names) {
  static ClassNumbers of(Dataset data) {
    return new ClassNumbers(data.classNames());
  }

  boolean areKnown() {
    return !names.isEmpty();
  }

  /**
   * @param where the name was found, for messages
   * @throws BadInputException if no class of the data has it
   */
  int of(String name, String where) {
    int number = names.indexOf(name);
    if (number < 0) {
      throw new BadInputException(
          where
              + " names the class '"
              + name
              + "', expected "
              + (areKnown()
                  ? "one of " + first()
                  : "--classes FILE, which names the classes of the model in their order")
              + NearestWord.hint(name, names));
    }
    return number;
  }

  private String first() {
    List<String> first = names.subList(0, Math.min(8, names.size()));
    return String.join(", ", first) + (first.size() < names.size() ? ", ..." : "");
  }
}
