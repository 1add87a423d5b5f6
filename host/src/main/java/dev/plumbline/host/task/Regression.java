package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Numbers for each input. Two models agree on an input where their numbers are no further apart
 * than a bound. The margin is 1 less the distance as a share of the bound.
 *
 * @param measure of the distance
 * @param bound in the unit of the output, above 0 and finite
 * @param unit of the output in words, for messages; empty where nobody said it
 */
public record Regression(Measure measure, double bound, String unit) implements Task {
  static final String KIND = "regression";

  private static final MathContext FOUR_DIGITS = new MathContext(4);

  /** How numbers are compared. */
  public enum Measure {
    /** The largest difference of all numbers. */
    MAX,
    /** The length of the vector of differences. */
    L2,
    /** The mean of the absolute differences. */
    MEAN;

    double of(Floats a, Floats b) {
      if (a.length() != b.length()) {
        throw new BadInputException(
            "one regression is of " + a.length() + " numbers and another of " + b.length());
      }
      double largest = 0;
      double squares = 0;
      double sum = 0;
      for (int i = 0; i < a.length(); i++) {
        double apart = Math.abs((double) a.get(i) - b.get(i));
        largest = Math.max(largest, apart);
        squares += apart * apart;
        sum += apart;
      }
      return switch (this) {
        case MAX -> largest;
        case L2 -> Math.sqrt(squares);
        case MEAN -> sum / a.length();
      };
    }

    private NDArray of(NDArray differences) {
      return switch (this) {
        case MAX -> differences.abs().max(new int[] {1}, true);
        case L2 -> NearBatch.length(differences, 1);
        case MEAN -> differences.abs().mean(new int[] {1}, true);
      };
    }

    /** In options and files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Regression {
    if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
      throw new BadInputException(
          "the bound of a regression is " + bound + ", expected a number above 0");
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    json.put("distance", measure.toString());
    json.put("bound", bound);
    json.put("unit", unit);
    return json;
  }

  @Override
  public Numbers decide(float[] scores) {
    Logits.requireFinite("the model", scores);
    return new Numbers(Floats.of(scores));
  }

  @Override
  public boolean decidesNumbers() {
    return true;
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    double apart = measure.of(Numbers.of(expected).values(), Numbers.of(found).values());
    return apart <= bound
        ? Optional.empty()
        : Optional.of(withUnit(apart) + " apart in place of at most " + withUnit(bound));
  }

  private String withUnit(double value) {
    String number = new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros().toPlainString();
    return unit.isEmpty() ? number : number + " " + unit;
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    return 1 - measure.of(decide(scores).values(), Numbers.of(decision).values()) / bound;
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    int each = Numbers.of(decisions.get(0)).values().length();
    float[] flat = new float[decisions.size() * each];
    for (int i = 0; i < decisions.size(); i++) {
      System.arraycopy(Numbers.of(decisions.get(i)).values().toArray(), 0, flat, i * each, each);
    }
    return decide(place.apply(owner.create(flat, new Shape(decisions.size(), each))));
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    return new NearBatch(found -> measure.of(inBounds(found, scores)));
  }

  private NDArray inBounds(NDArray found, NDArray decided) {
    return Scalars.dividedBy(found.sub(decided), (float) bound);
  }

  /** Mean squared difference, in bounds. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    return inBounds(scores, taught).square().mean(new int[] {1}, true);
  }
}
