package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A class for each pixel. Masks deviate where they overlap too little, or where a class vanishes.
 *
 * @param output how rows are read
 * @param rule when two masks deviate
 */
public record Segmentation(MaskOutput output, MaskRule rule) implements Task {
  static final String KIND = "segmentation";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    json.put("reads", output.form().name().toLowerCase(Locale.ROOT));
    json.put("classes", output.classes());
    if (output.form() == MaskOutput.Form.SCORES) {
      json.put("layout", output.layout().name().toLowerCase(Locale.ROOT));
    }
    if (output.form() == MaskOutput.Form.FOREGROUND) {
      json.put("threshold", output.threshold());
    }
    json.put("iou", rule.iou());
    json.put("object", rule.object());
    rule.background().ifPresent(number -> json.put("background", number));
    return json;
  }

  /** The number of classes that the model knows; 0 where it does not say. */
  public int classes() {
    return output.classes();
  }

  /** The mean of the classes that some mask has, but for the background where it does not count. */
  public double meanIou(MaskOverlap overlap) {
    return new MaskRule(rule.iou(), 0, rule.background()).meanIou(overlap);
  }

  /** Whether a model puts out classes and no scores, so that nothing has a gradient. */
  private boolean isLabels() {
    return output.form() == MaskOutput.Form.LABELS;
  }

  @Override
  public Mask decide(float[] scores) {
    Logits.requireFinite("the model", scores);
    PixelScores pixels = PixelScores.of(output, scores);
    int[] classes = pixels.classes();
    return new Mask(MaskRuns.of(classes), 0, pixels.confidence(classes));
  }

  @Override
  public void requirePossible(List<Decision> decisions, long outputs, String model) {
    for (Decision decision : decisions) {
      requirePossible(Mask.of(decision));
    }
  }

  private void requirePossible(Mask mask) {
    for (int number : mask.numbers()) {
      if (output.classes() > 0 && number >= output.classes() && number != Mask.IGNORED) {
        throw new BadInputException(
            "a mask has class "
                + number
                + ", expected 0 to "
                + (output.classes() - 1)
                + " as the model has "
                + output.classes()
                + " classes");
      }
    }
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    return rule.difference(overlap(Mask.of(expected), Mask.of(found)));
  }

  private static MaskOverlap overlap(Mask expected, Mask found) {
    MaskOverlap overlap = new MaskOverlap();
    overlap.add(expected, found);
    return overlap;
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    Mask expected = Mask.of(decision);
    if (isLabels()) {
      MaskOverlap overlap = overlap(expected, decide(scores));
      double above = rule.meanIou(overlap) - rule.iou();
      if (rule.difference(overlap).isEmpty()) {
        return Math.max(0, above);
      }
      return above < 0 ? above : -1;
    }
    PixelScores pixels = PixelScores.of(output, scores);
    requireSize(expected, pixels.pixels());
    requirePossible(expected);
    return MaskMargins.of(pixels, expected.classes(), rule);
  }

  @Override
  public boolean hasOwnMargin() {
    return !isLabels();
  }

  private static void requireSize(Mask mask, int pixels) {
    if (mask.pixels() != pixels) {
      throw new BadInputException(
          "a mask has "
              + mask.pixels()
              + " pixels, expected "
              + pixels
              + " as in the masks of the model");
    }
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    requirePossible(decisions, output.classes(), "");
    if (isLabels()) {
      return new LabelMaskBatch(decisions, this);
    }
    int pixels = Mask.of(decisions.get(0)).pixels();
    long[] classes = new long[Math.multiplyExact(decisions.size(), pixels)];
    int at = 0;
    for (Decision decision : decisions) {
      Mask mask = Mask.of(decision);
      requireSize(mask, pixels);
      for (int number : mask.classes()) {
        classes[at++] = number;
      }
    }
    NDArray array = owner.create(classes, new Shape(decisions.size(), pixels));
    return new MaskBatch(place.apply(array), output, rule);
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    if (isLabels()) {
      return Task.super.decide(scores);
    }
    NDArray classes = output.scores(scores.stopGradient()).argMax(1);
    return new MaskBatch(classes.toType(DataType.INT64, false), output, rule);
  }

  /** Mean squared difference of logits, each pixel's mean taken off: no class depends on that. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    if (isLabels()) {
      throw LabelMaskBatch.noGradient();
    }
    NDArray difference = output.logits(scores).sub(output.logits(taught));
    NDArray mean = difference.mean(new int[] {1});
    NDArray squares = difference.square().mean(new int[] {1});
    return Scalars.atLeast(squares.sub(mean.square()).mean(new int[] {1}, true), 0);
  }
}
