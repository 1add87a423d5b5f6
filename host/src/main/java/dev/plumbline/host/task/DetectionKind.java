package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.onnx.ObjectChoice;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Objects with boxes. */
final class DetectionKind implements TaskKind {
  private static final double SCORE = 0.25;
  private static final double IOU = 0.5;
  private static final double NMS = 0.45;
  private static final int MOST = 300;

  /** Above what any model puts out. */
  private static final int MANY = 100_000;

  @Override
  public String name() {
    return Detection.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("score", "the least score of an object; default " + SCORE);
    settings.put("iou", "with which two boxes are one object; default " + IOU);
    settings.put(
        "nms",
        "the overlap (intersection over union) above which the less sure of two boxes of a class is"
            + " dropped; 1 drops none; default "
            + NMS
            + ", or 1 where the graph chooses the objects");
    settings.put("most", "objects on a picture; default " + MOST);
    settings.put("layout", "of the outputs: " + String.join(", ", HeadLayout.words()));
    settings.put("classes", "how many, where the graph leaves it open");
    settings.put("boxes", "what their numbers are: " + String.join(", ", BoxForm.words()));
    settings.put("unit", "of the boxes: pixels, or relative to the picture");
    settings.put("size", "WxH of the picture, for relative boxes, where the graph leaves it open");
    settings.put("scores", "what they are: probabilities, logits, or softmax for its logits");
    settings.put("background", "where its score is: none, first, last");
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    BoundHead bound =
        ChosenHead.of(model, settings).orElseGet(() -> HeadBinding.of(model, settings));
    boolean chosen =
        bound.head().layout().isListed()
            || bound.head().layout() == HeadLayout.RTDETR
            || bound.queries();
    double overlap = bound.chosen().map(c -> decimal(c.overlap())).orElse(chosen ? 1 : NMS);
    double least = bound.chosen().map(c -> Math.max(SCORE, decimal(c.least()))).orElse(SCORE);
    Detection task =
        new Detection(
            bound.head(),
            settings.number("score", 1e-5, 1 - 1e-5, least),
            settings.number("iou", 0.01, 1, IOU),
            settings.number("nms", 0, 1, overlap),
            (int) settings.number("most", 1, MANY, MOST));
    return new BoundTask(task, bound.rows());
  }

  /** What a graph's float32 was written as: 0.7, and not the 0.699999988 that it rounds to. */
  private static double decimal(float number) {
    return Double.parseDouble(Float.toString(number));
  }

  @Override
  public Task read(JsonNode json) {
    try {
      DetectionHead head =
          new DetectionHead(
              HeadLayout.of(json.path("layout").asText()),
              json.path("classes").intValue(),
              BoxForm.of(json.path("boxes").asText()),
              json.path("width").intValue(),
              json.path("height").intValue(),
              ScoreForm.of(json.path("scores").asText()),
              DetectionHead.Background.valueOf(
                  json.path("background").asText().toUpperCase(Locale.ROOT)),
              json.path("counted").booleanValue());
      return new Detection(
          head,
          json.path("score").doubleValue(),
          json.path("iou").doubleValue(),
          json.path("nms").doubleValue(),
          json.path("most").intValue());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a task " + json + ", expected a detection as Plumbline writes it", e);
    }
  }

  @Override
  public String decisionKey() {
    return Boxes.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    return Boxes.read(json);
  }

  @Override
  public Optional<String> looksLike(OnnxModel model) {
    return ObjectChoice.isIn(model)
        ? ChosenHead.reason(model)
        : HeadRecognition.of(model).map(HeadRecognition::reason);
  }

  @Override
  public String option(OnnxModel model) {
    return name() + (ObjectChoice.isIn(model) ? "" : HeadBinding.asked(model));
  }
}
