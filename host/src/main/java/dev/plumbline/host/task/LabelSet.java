package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The labels that a model gives an input; maybe none.
 *
 * @param numbers of the classes, ascending, each at least 0
 * @param probabilities of these, as many, 0 to 1
 * @param confidence the probability of what is decided for the class that is decided least surely:
 *     the given and the other classes count; 0 to 1
 */
public record LabelSet(List<Integer> numbers, List<Float> probabilities, float confidence)
    implements Decision {
  static final String KEY = "labels";

  public LabelSet {
    numbers = List.copyOf(numbers);
    probabilities = List.copyOf(probabilities);
    if (numbers.size() != probabilities.size()) {
      throw new IllegalArgumentException(
          numbers.size() + " labels and " + probabilities.size() + " probabilities");
    }
    int before = -1;
    for (int number : numbers) {
      if (number <= before) {
        throw new IllegalArgumentException("labels " + numbers + ", expected ascending numbers");
      }
      before = number;
    }
    probabilities.forEach(LabelSet::requireProbability);
    requireProbability(confidence);
  }

  private static void requireProbability(float probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability of " + probability + ", expected 0 to 1");
    }
  }

  /** Labels that are known: an annotation of the data. */
  public static LabelSet known(Collection<Integer> numbers) {
    List<Integer> ascending = List.copyOf(new TreeSet<>(numbers));
    return new LabelSet(ascending, ascending.stream().map(n -> 1f).toList(), 1);
  }

  /** A decision of several labels. */
  public static LabelSet of(Decision decision) {
    return (LabelSet) decision;
  }

  /**
   * Whether each of some classes is given.
   *
   * @throws BadInputException if there are not so many
   */
  public boolean[] given(int classes) {
    boolean[] given = new boolean[classes];
    for (int number : numbers) {
      if (number >= classes) {
        throw new BadInputException(
            "class " + number + " is asked for and the model has " + classes + " classes");
      }
      given[number] = true;
    }
    return given;
  }

  /** The labels of this one that another one lacks. */
  List<Integer> without(LabelSet other) {
    List<Integer> without = new ArrayList<>(numbers);
    without.removeAll(other.numbers);
    return without;
  }

  @Override
  public String text(List<String> classNames) {
    return numbers.isEmpty()
        ? "no label"
        : numbers.stream()
            .map(n -> n < classNames.size() ? classNames.get(n) : Integer.toString(n))
            .collect(Collectors.joining(", "));
  }

  @Override
  public String identity() {
    return numbers.toString();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(KEY, numbers);
    json.put("probabilities", probabilities);
    json.put("confidence", confidence);
    return json;
  }
}
