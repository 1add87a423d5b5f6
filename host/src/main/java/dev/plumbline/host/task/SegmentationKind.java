package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.MaskOutput.Form;
import dev.plumbline.host.task.MaskOutput.Layout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A class for each pixel, from scores of classes, from one score, or as whole numbers. */
final class SegmentationKind implements TaskKind {
  private static final String IOU = "iou";
  private static final String OBJECT = "object";
  private static final String BACKGROUND = "background";
  private static final double USUAL_IOU = 0.5;
  private static final double USUAL_OBJECT = 0.01;
  private static final Set<String> KEYS =
      Set.of("kind", "reads", "classes", "layout", "threshold", IOU, OBJECT, BACKGROUND);

  /** Smaller outputs are no masks, but features or classes. */
  private static final int LEAST_SIDE = 8;

  @Override
  public String name() {
    return Segmentation.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(IOU, "masks deviate below this mean IoU (default: " + USUAL_IOU + ")");
    settings.put(
        OBJECT,
        "share of the pixels from which on a class counts, and must not vanish (default: "
            + USUAL_OBJECT
            + ")");
    settings.put(BACKGROUND, "number of a class that never counts (default: all count)");
    settings.put(
        MaskOutputReader.THRESHOLD,
        "of one score per pixel: the probability above which it is of class 1 (default: 0.5)");
    settings.put(OutputOfTask.SETTING, OutputOfTask.MEANING);
    settings.put(MaskOutputReader.CLASSES, "number of classes, where the output does not say");
    settings.put(
        MaskOutputReader.LAYOUT, "first (NxCxHxW) or last (NxHxWxC), where the output fits both");
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    MaskOutputReader.Found found = new MaskOutputReader(model, settings).find();
    MaskRule rule =
        new MaskRule(
            settings.number(IOU, 0.001, 1, USUAL_IOU),
            settings.number(OBJECT, 0, 1, USUAL_OBJECT),
            background(settings, found.output().classes()));
    return new BoundTask(new Segmentation(found.output(), rule), List.of(found.row()));
  }

  private static OptionalInt background(TaskSettings settings, int classes) {
    int most = classes == 0 ? Mask.IGNORED - 1 : classes - 1;
    double number = settings.number(BACKGROUND, 0, most, -1);
    if (number != Math.rint(number)) {
      throw new BadInputException(
          settings.option()
              + " sets background of segmentation to "
              + number
              + ", expected the number of a class");
    }
    return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
  }

  @Override
  public Task read(JsonNode json) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    double iou = json.path(IOU).asDouble(-1);
    double object = json.path(OBJECT).asDouble(-1);
    int background = json.path(BACKGROUND).asInt(-1);
    if (!unknown.isEmpty()
        || !(iou > 0 && iou <= 1)
        || !(object >= 0 && object <= 1)
        || json.has(BACKGROUND) && background < 0) {
      throw new IllegalArgumentException(
          "a task " + json + ", expected such as " + example().json());
    }
    MaskOutput output =
        new MaskOutput(
            Form.valueOf(json.path("reads").asText().toUpperCase(Locale.ROOT)),
            json.path("classes").asInt(-1),
            Layout.valueOf(json.path("layout").asText("first").toUpperCase(Locale.ROOT)),
            json.path("threshold").asDouble(0.5));
    return new Segmentation(
        output,
        new MaskRule(
            iou, object, background < 0 ? OptionalInt.empty() : OptionalInt.of(background)));
  }

  private static Segmentation example() {
    return new Segmentation(
        new MaskOutput(Form.SCORES, 21, Layout.FIRST, 0.5),
        new MaskRule(USUAL_IOU, USUAL_OBJECT, OptionalInt.empty()));
  }

  @Override
  public String decisionKey() {
    return Mask.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    JsonNode mask = json.path(Mask.KEY);
    JsonNode pixels = json.path("pixels");
    JsonNode confidence = json.path("confidence");
    if (!mask.isTextual() || !pixels.isInt() || !confidence.isNumber()) {
      throw new IllegalArgumentException(
          "a decision " + json + ", expected the keys mask, pixels and confidence");
    }
    return new Mask(
        MaskRuns.read(mask.textValue(), pixels.intValue()),
        json.path("width").asInt(0),
        confidence.floatValue());
  }

  @Override
  public Optional<String> looksLike(OnnxModel model) {
    List<ValueInfo> outputs = model.graph().outputs();
    List<ValueInfo> pictures = outputs.stream().filter(o -> o.dims().size() >= 3).toList();
    if (pictures.size() != 1 || pictures.get(0).dims().size() != 4) {
      return Optional.empty();
    }
    try {
      MaskOutput output =
          new MaskOutputReader(model, new TaskSettings("", name(), Map.of())).find().output();
      List<Long> dims = pictures.get(0).dims();
      int from = output.layout() == Layout.LAST || dims.get(3) == 1 ? 1 : 2;
      boolean large =
          dims.subList(from, from + 2).stream().allMatch(side -> side < 0 || side >= LEAST_SIDE);
      return large
          ? Optional.of("puts out " + pictures.get(0).text() + ", " + perPixel(output))
          : Optional.empty();
    } catch (BadInputException e) {
      // Such outputs are something else.
      return Optional.empty();
    }
  }

  private static String perPixel(MaskOutput output) {
    return switch (output.form()) {
      case SCORES -> "which may be scores of " + output.classes() + " classes for each pixel";
      case FOREGROUND -> "which may be one score for each pixel";
      case LABELS -> "which may be the class of each pixel";
    };
  }
}
