package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.BatchDimension;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.onnx.ValueShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which layout a model's outputs have, by the shapes that it declares.
 *
 * @param layout of them
 * @param outputs in the order of a row
 * @param queries whether each object has one query, so that no boxes need be dropped
 */
record HeadRecognition(HeadLayout layout, List<ValueInfo> outputs, boolean queries) {
  /** The most objects that a graph lists, or queries that it has. */
  private static final int LISTED = 1000;

  private static final int INT64 = 7;

  /** What only moves numbers between a head and the output. */
  private static final Set<String> MOVING =
      Set.of("Identity", "Cast", "Reshape", "QuantizeLinear", "DequantizeLinear");

  HeadRecognition {
    outputs = List.copyOf(outputs);
  }

  /** Of a model of which nobody said what it is; empty where it hardly is a detector. */
  static Optional<HeadRecognition> of(OnnxModel model) {
    return byShape(model)
        .filter(
            found ->
                found.outputs.size() > 1
                    || maker(model, found.outputs.get(0)).equals("Concat")
                    || maker(model, found.outputs.get(0)).equals("Transpose"));
  }

  private static String maker(OnnxModel model, ValueInfo output) {
    Optional<Node> node = model.graph().producer(output.name());
    while (node.isPresent()
        && MOVING.contains(node.get().operator())
        && node.get().input(0).isPresent()) {
      node = model.graph().producer(node.get().inputs().get(0));
    }
    return node.map(Node::operator).orElse("");
  }

  /**
   * Of a model that is said to be a detector.
   *
   * @param asked the layout that its user names, if any
   * @throws BadInputException if the outputs do not have it, or none that is known
   */
  static HeadRecognition of(OnnxModel model, Optional<HeadLayout> asked) {
    if (asked.isPresent()) {
      return of(model, asked.get());
    }
    return byShape(model).orElseThrow(() -> unknown(model));
  }

  private static BadInputException unknown(OnnxModel model) {
    boolean chosen =
        model.graph().nodes().stream().anyMatch(n -> n.operator().equals("NonMaxSuppression"));
    return refused(
        model,
        chosen
            ? ", which list what NonMaxSuppression chose from all pictures of a batch, expected"
                + " outputs for each picture: export the model without it, or end to end with NxMx6"
            : ", expected one of Nx(4+classes)xanchors (yolov8), Nxanchorsx(5+classes) (yolov5),"
                + " NxMx6 (end2end), boxes Nxanchorsx4 with scores Nxanchorsxclasses"
                + " (boxes-scores), or boxes NxMx4 with scores and classes NxM (nms); where the"
                + " graph leaves dimensions open, set layout and classes");
  }

  private static HeadRecognition of(OnnxModel model, HeadLayout layout) {
    return switch (layout) {
      case NMS ->
          listed(model)
              .orElseThrow(
                  () ->
                      refused(
                          model,
                          ", expected boxes NxMx4, scores and"
                              + " classes, both NxM, for the layout nms"));
      case BOXES_SCORES ->
          pair(model)
              .orElseThrow(
                  () ->
                      refused(
                          model,
                          ", expected boxes Nxanchorsx4 and scores"
                              + " Nxanchorsxclasses for the layout boxes-scores"));
      case RTDETR ->
          pair(model)
              .map(found -> new HeadRecognition(found.layout, found.outputs, true))
              .or(() -> single(model).map(o -> new HeadRecognition(layout, List.of(o), true)))
              .orElseThrow(
                  () ->
                      refused(
                          model,
                          ", expected NxQx(4+classes), or boxes NxQx4 and"
                              + " scores NxQxclasses for the layout rtdetr"));
      case YOLOV5, YOLOV8, END2END ->
          single(model)
              .map(o -> new HeadRecognition(layout, List.of(o), false))
              .orElseThrow(
                  () ->
                      refused(
                          model,
                          ", expected one output of three dimensions for the"
                              + " layout "
                              + layout.word()));
    };
  }

  private static Optional<HeadRecognition> byShape(OnnxModel model) {
    UltralyticsNames.requireDetector(model);
    return listed(model)
        .or(() -> pair(model))
        .or(() -> single(model).flatMap(output -> ofSingle(model, output)));
  }

  /** How many rows or classes a head of one output has says which it is. */
  private static Optional<HeadRecognition> ofSingle(OnnxModel model, ValueInfo output) {
    OptionalInt names = UltralyticsNames.count(model);
    long rows = output.dims().get(1);
    long numbers = output.dims().get(2);
    HeadLayout layout = null;
    if (names.isPresent() && rows == 4 + names.getAsInt()) {
      layout = HeadLayout.YOLOV8;
    } else if (numbers == 6 && rows > 0 && rows <= LISTED) {
      layout = HeadLayout.END2END;
    } else if (rows >= 5 && (numbers < 0 || numbers > rows)) {
      layout = HeadLayout.YOLOV8;
    } else if (numbers >= 6 && numbers != rows) {
      layout = HeadLayout.YOLOV5;
    }
    return Optional.ofNullable(layout)
        .map(found -> new HeadRecognition(found, List.of(output), false));
  }

  /** The output of three dimensions; the first, where training left others in the graph. */
  private static Optional<ValueInfo> single(OnnxModel model) {
    return model.graph().outputs().stream()
        .filter(o -> o.dims().size() == 3 && BatchDimension.of(model, o) == 0)
        .findFirst()
        .map(output -> ValueShapes.settled(model, output));
  }

  private static Optional<HeadRecognition> pair(OnnxModel model) {
    List<ValueInfo> three =
        model.graph().outputs().stream().filter(HeadRecognition::isRows).toList();
    List<ValueInfo> boxes = three.stream().filter(HeadRecognition::isBoxes).toList();
    if (boxes.size() > 1) {
      boxes = boxes.stream().filter(o -> isNamed(o, "box", "loc", "bbox")).toList();
    }
    if (boxes.size() != 1) {
      return Optional.empty();
    }
    ValueInfo box = boxes.get(0);
    List<ValueInfo> scores =
        three.stream()
            .filter(o -> o != box && agree(o.dims().get(1), box.dims().get(1)))
            .filter(o -> o.dims().size() == 3)
            .toList();
    if (scores.size() != 1) {
      return Optional.empty();
    }
    long rows = box.dims().get(1);
    boolean queries = isNamed(scores.get(0), "logits") && rows > 0 && rows <= LISTED;
    return Optional.of(
        new HeadRecognition(HeadLayout.BOXES_SCORES, List.of(box, scores.get(0)), queries));
  }

  private static Optional<HeadRecognition> listed(OnnxModel model) {
    List<ValueInfo> boxes =
        model.graph().outputs().stream().filter(HeadRecognition::isBoxes).toList();
    if (boxes.size() != 1) {
      return Optional.empty();
    }
    ValueInfo scores = null;
    ValueInfo classes = null;
    ValueInfo count = null;
    for (ValueInfo output : model.graph().outputs()) {
      boolean perObject = output.dims().size() == 2 && output.dims().get(1) != 1;
      if (isNamed(output, "num", "count", "valid")) {
        count = output.dims().size() <= 2 ? output : count;
      } else if (perObject && isNamed(output, "class", "label", "cls")) {
        classes = output;
      } else if (perObject && isNamed(output, "score", "conf", "prob")) {
        scores = output;
      } else if (perObject && output.elementType() == INT64) {
        classes = classes == null ? output : classes;
      }
    }
    if (scores == null || classes == null) {
      return Optional.empty();
    }
    List<ValueInfo> outputs = new ArrayList<>(List.of(boxes.get(0), scores, classes));
    if (count != null) {
      outputs.add(count);
    }
    return Optional.of(new HeadRecognition(HeadLayout.NMS, outputs, false));
  }

  private static boolean isRows(ValueInfo output) {
    List<Long> dims = output.dims();
    return dims.size() == 3 || dims.size() == 4 && dims.get(2) == 1;
  }

  private static boolean isBoxes(ValueInfo output) {
    return isRows(output) && output.dims().get(output.dims().size() - 1) == 4;
  }

  private static boolean agree(long a, long b) {
    return a < 0 || b < 0 || a == b;
  }

  private static boolean isNamed(ValueInfo output, String... parts) {
    String name = output.name().toLowerCase(Locale.ROOT);
    return List.of(parts).stream().anyMatch(name::contains);
  }

  /** What a sentence ends with that begins with the model. */
  String reason() {
    return "gives boxes laid out as of "
        + layout.word()
        + ": "
        + outputs.stream().map(ValueInfo::text).collect(Collectors.joining(", "));
  }

  static BadInputException refused(OnnxModel model, String why) {
    return new BadInputException(
        "model "
            + model.name()
            + " gives the outputs "
            + model.graph().outputs().stream()
                .map(ValueInfo::text)
                .collect(Collectors.joining(", "))
            + why);
  }
}
