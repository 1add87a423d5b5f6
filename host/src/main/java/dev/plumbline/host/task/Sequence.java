package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A string for each input, from logits of classes at each time step (CTC): the largest class of
 * each step, repeats taken together, blanks left out.
 *
 * @param classes at each step, at least 2, the blank among them
 * @param blank the class that stands for no character
 * @param layout of a row
 * @param alphabet empty where it is not known: then strings are numbers of classes
 */
public record Sequence(int classes, int blank, Layout layout, Optional<Alphabet> alphabet)
    implements Task {
  static final String KIND = "sequence";

  /** Which of time steps and classes comes first in a row. */
  public enum Layout {
    /** Time steps x classes. */
    NTC,
    /** Classes x time steps. */
    NCT
  }

  public Sequence {
    if (classes < 2 || blank < 0 || blank >= classes) {
      throw new IllegalArgumentException("blank " + blank + " of " + classes + " classes");
    }
    if (alphabet.isPresent() && alphabet.get().characters().size() != classes - 1) {
      throw new IllegalArgumentException(
          alphabet.get().characters().size() + " characters of " + classes + " classes");
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
    json.put("classes", classes);
    json.put("blank", blank);
    json.put("layout", SequenceKind.word(layout));
    alphabet.ifPresent(a -> json.put("alphabet", a.characters()));
    return json;
  }

  @Override
  public Decoded decide(float[] scores) {
    float[][] steps = steps(scores);
    List<Integer> string = greedy(steps);
    double margin = new PathMargin(steps, new StringStates(string, blank)).value();
    return new Decoded(string, text(string), (float) (1 / (1 + Math.exp(-margin))));
  }

  private Optional<String> text(List<Integer> string) {
    return alphabet.map(a -> a.text(string, blank));
  }

  private List<Integer> greedy(float[][] steps) {
    List<Integer> string = new ArrayList<>();
    int last = blank;
    for (float[] step : steps) {
      int largest = PathMargin.largest(step, 1)[0];
      if (largest != last && largest != blank) {
        string.add(largest);
      }
      last = largest;
    }
    return string;
  }

  private float[][] steps(float[] scores) {
    requireFit(scores.length, "the model");
    Logits.requireFinite("the model", scores);
    float[][] steps = new float[scores.length / classes][classes];
    for (int t = 0; t < steps.length; t++) {
      for (int c = 0; c < classes; c++) {
        steps[t][c] = scores[layout == Layout.NTC ? t * classes + c : c * steps.length + t];
      }
    }
    return steps;
  }

  private void requireFit(long numbers, String model) {
    if (numbers == 0 || numbers % classes != 0) {
      throw new BadInputException(
          model
              + " gives "
              + numbers
              + " numbers for an input, expected a multiple of the "
              + classes
              + " classes of its task: a number for each class at each time step");
    }
  }

  /**
   * The decision that a text is; a character that the alphabet does not have is known as such.
   *
   * @throws BadInputException if the task has no alphabet
   */
  public Decoded known(String text) {
    if (alphabet.isEmpty()) {
      throw new BadInputException(
          "the task is sequence without an alphabet and the annotations hold text, expected"
              + " --task sequence,alphabet=FILE with a character on each line");
    }
    return new Decoded(alphabet.get().classes(text, blank), Optional.of(text), 1);
  }

  @Override
  public void requirePossible(List<Decision> decisions, long outputs, String model) {
    requireFit(outputs, "model " + model);
    for (Decision decision : decisions) {
      for (int c : Decoded.of(decision).classes()) {
        if (c >= classes) {
          throw new BadInputException(
              "a string has class "
                  + c
                  + ", expected 0 to "
                  + (classes - 1)
                  + " as model "
                  + model
                  + " has "
                  + classes
                  + " classes");
        }
      }
    }
  }

  @Override
  public boolean agreesWithinBound() {
    return false;
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    return Decoded.of(expected).classes().equals(Decoded.of(found).classes())
        ? Optional.empty()
        : Optional.of(found.text(List.of()) + " in place of " + expected.text(List.of()));
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    float[][] steps = steps(scores);
    List<Integer> string = Decoded.of(decision).classes();
    double margin = new PathMargin(steps, new StringStates(string, blank)).value();
    // Of equal scores the greedy path takes the first class.
    return margin == 0 && !greedy(steps).equals(string) ? -Double.MIN_VALUE : margin;
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    List<StringStates> states =
        decisions.stream().map(d -> new StringStates(Decoded.of(d).classes(), blank)).toList();
    return DecodedBatch.of(states, this, owner, place);
  }

  /** The rows of a batch as float32, N x time steps x classes. */
  NDArray steps(NDArray scores) {
    long inputs = scores.getShape().get(0);
    return layout == Layout.NTC
        ? scores.reshape(inputs, -1, classes)
        : scores.reshape(inputs, classes, -1).transpose(0, 2, 1);
  }

  /** Mean squared difference, each time step's mean taken off: no path depends on that. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    NDArray difference = steps(scores.sub(taught));
    NDArray centred = difference.sub(difference.mean(new int[] {2}, true));
    long inputs = scores.getShape().get(0);
    return centred.square().reshape(inputs, -1).mean(new int[] {1}, true);
  }
}
