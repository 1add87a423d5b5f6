package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.DetectionHead.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out what a detector's outputs mean, from its graph and from what its user set. */
final class HeadBinding {
  /** No detector knows more. */
  private static final int MOST_CLASSES = 100_000;

  private static final int LONGEST_SIDE = 65_536;

  /** What brings the boxes of queries, the first part of a concatenation, into a list. */
  private static final Set<String> MOVING =
      Set.of(
          "Concat",
          "GatherElements",
          "Gather",
          "GatherND",
          "Squeeze",
          "Unsqueeze",
          "Slice",
          "Identity",
          "Cast",
          "QuantizeLinear",
          "DequantizeLinear");

  private final OnnxModel model;
  private final TaskSettings settings;
  private final HeadRecognition found;

  private HeadBinding(OnnxModel model, TaskSettings settings) {
    this.model = model;
    this.settings = settings;
    Optional<HeadLayout> asked =
        settings.text("layout").isEmpty()
            ? Optional.empty()
            : Optional.of(HeadLayout.of(settings.word("layout", HeadLayout.words(), "")));
    this.found = HeadRecognition.of(model, asked);
  }

  /**
   * @throws BadInputException if something is missing, in a sentence that names the setting
   */
  static BoundHead of(OnnxModel model, TaskSettings settings) {
    return new HeadBinding(model, settings).bound();
  }

  /** What of a model's outputs its user has to tell, as {@code ,KEY=WORD} for each. */
  static String asked(OnnxModel model) {
    HeadBinding binding =
        new HeadBinding(model, new TaskSettings("--task", Detection.KIND, Map.of()));
    String layout = binding.found.layout().word();
    return (binding.hasOpenClasses() ? ",layout=" + layout + ",classes=NUMBER" : "")
        + (binding.hasUnknownScores() ? ",scores=WORD" : "")
        + (binding.hasUnknownUnit() ? ",unit=WORD" : "");
  }

  private boolean isPair() {
    return found.layout() == HeadLayout.BOXES_SCORES;
  }

  private boolean hasUnknownScores() {
    return isPair()
        && !found.queries()
        && RowOutput.of(model, found.outputs().get(1)).read() == RowOutput.Read.NUMBERS
        && !found.outputs().get(1).name().toLowerCase(Locale.ROOT).contains("logit");
  }

  private boolean hasUnknownUnit() {
    return isPair() && !found.queries() && !endsInSigmoid(found.outputs().get(0));
  }

  private boolean endsInSigmoid(ValueInfo output) {
    return RowOutput.of(model, output).read() == RowOutput.Read.SIGMOID;
  }

  /** Whether listed boxes are what a sigmoid made, as those of RT-DETR: centres and sizes. */
  private boolean listsShares() {
    Graph graph = model.graph();
    Optional<Node> node = graph.producer(found.outputs().get(0).name());
    while (node.isPresent() && MOVING.contains(node.get().operator())) {
      node = graph.producer(node.get().inputs().get(0));
    }
    return node.filter(n -> n.is("Sigmoid")).isPresent();
  }

  private boolean hasOpenClasses() {
    List<Long> dims = found.outputs().get(found.outputs().size() - 1).dims();
    return !found.layout().isListed() && dims.get(found.layout() == HeadLayout.YOLOV8 ? 1 : 2) < 0;
  }

  private BoundHead bound() {
    List<RowOutput> rows = new ArrayList<>();
    for (ValueInfo output : found.outputs()) {
      rows.add(new RowOutput(output.name(), RowOutput.Read.NUMBERS));
    }
    ScoreForm scores = scores(rows);
    Background background = background(scores);
    int[] size = size();
    DetectionHead head =
        new DetectionHead(
            found.layout(),
            classes(background),
            form(),
            size[0],
            size[1],
            scores,
            background,
            found.layout() == HeadLayout.NMS && found.outputs().size() == 4);
    return new BoundHead(head, rows, found.queries(), Optional.empty());
  }

  /** Also sets how the row reads them. */
  private ScoreForm scores(List<RowOutput> rows) {
    List<String> words = List.of("probabilities", "logits", "softmax");
    if (!isPair()) {
      return ScoreForm.of(settings.word("scores", words, "probabilities"));
    }
    ValueInfo output = found.outputs().get(1);
    RowOutput read = RowOutput.of(model, output);
    rows.set(1, read);
    return switch (read.read()) {
      case SIGMOID -> ScoreForm.LOGITS;
      case SOFTMAX -> ScoreForm.LOG_PROBABILITIES;
      default -> {
        if (hasUnknownScores() && settings.text("scores").isEmpty()) {
          throw new BadInputException(
              "model "
                  + model.name()
                  + " gives the scores "
                  + output.text()
                  + " and its graph does not tell what they are: set scores=probabilities,"
                  + " scores=logits or scores=softmax after the task, as in"
                  + " detection,scores=logits");
        }
        yield ScoreForm.of(settings.word("scores", words, "logits"));
      }
    };
  }

  private Background background(ScoreForm scores) {
    boolean softmax = scores == ScoreForm.LOG_PROBABILITIES || scores == ScoreForm.SOFTMAX;
    String otherwise = !softmax ? "none" : found.queries() ? "last" : "first";
    Background background =
        Background.valueOf(
            settings
                .word("background", List.of("none", "first", "last"), otherwise)
                .toUpperCase(Locale.ROOT));
    if (found.layout().isListed() && background != Background.NONE) {
      throw new BadInputException(
          settings.option()
              + " sets background, and the outputs of "
              + model.name()
              + " list objects (layout "
              + found.layout().word()
              + "), expected no background");
    }
    return background;
  }

  private int classes(Background background) {
    if (found.layout().isListed()) {
      return 1;
    }
    List<Long> dims = found.outputs().get(found.outputs().size() - 1).dims();
    long declared =
        switch (found.layout()) {
          case YOLOV5 -> dims.get(2) - 5;
          case YOLOV8 -> dims.get(1) - 4;
          case RTDETR -> dims.get(2) - 4;
          default -> dims.get(2);
        };
    int extra = background == Background.NONE ? 0 : 1;
    if (hasOpenClasses()) {
      int set = (int) settings.number("classes", 0, MOST_CLASSES, 0);
      if (set < 1) {
        throw HeadRecognition.refused(
            model,
            " and leaves the number of classes open: set it after the task, as in"
                + " detection,layout="
                + found.layout().word()
                + ",classes=80");
      }
      return set;
    }
    double set = settings.number("classes", 1, MOST_CLASSES, declared - extra);
    if (declared - extra < 1 || set != declared - extra) {
      throw HeadRecognition.refused(
          model,
          ", which are "
              + (declared - extra)
              + " classes as of "
              + found.layout().word()
              + (set == declared - extra
                  ? ", expected at least 1"
                  : ", expected " + (long) set + " as classes is set"));
    }
    return (int) (declared - extra);
  }

  private BoxForm form() {
    BoxForm otherwise =
        switch (found.layout()) {
          case YOLOV5, YOLOV8, RTDETR -> BoxForm.CENTRE;
          case BOXES_SCORES -> found.queries() ? BoxForm.CENTRE : BoxForm.CORNERS;
          case END2END -> listsShares() ? BoxForm.CENTRE : BoxForm.CORNERS;
          case NMS -> BoxForm.CORNERS;
        };
    return BoxForm.of(settings.word("boxes", BoxForm.words(), otherwise.word()));
  }

  /** Width and height of what 1 is in a box. */
  private int[] size() {
    if (hasUnknownUnit() && settings.text("unit").isEmpty()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives the boxes "
              + found.outputs().get(0).text()
              + " and its graph does not tell their unit: set unit=pixels or unit=relative after"
              + " the task, as in detection,unit=relative, and boxes=corners, yxyx or centre");
    }
    boolean relative =
        found.queries()
            || found.layout() == HeadLayout.RTDETR
            || found.layout() == HeadLayout.END2END && listsShares()
            || isPair() && endsInSigmoid(found.outputs().get(0));
    String unit =
        settings.word("unit", List.of("pixels", "relative"), relative ? "relative" : "pixels");
    return unit.equals("pixels") ? new int[] {1, 1} : pictureSize(model, settings);
  }

  /** Width and height of the model's pictures. */
  static int[] pictureSize(OnnxModel model, TaskSettings settings) {
    if (settings.text("size").isPresent()) {
      return size(settings, settings.text("size").get());
    }
    ValueInfo input = model.graph().input();
    List<Long> dims = input.dims();
    if (dims.size() == 4) {
      boolean channelsLast = dims.get(3) == 1 || dims.get(3) == 3;
      long height = dims.get(channelsLast ? 1 : 2);
      long width = dims.get(channelsLast ? 2 : 3);
      if (width > 0 && height > 0) {
        return new int[] {Math.toIntExact(width), Math.toIntExact(height)};
      }
    }
    throw new BadInputException(
        "model "
            + model.name()
            + " gives boxes relative to the picture and takes "
            + input.text()
            + ", which leaves its size open: set size=WxH after the task, as in"
            + " detection,size=640x640");
  }

  private static int[] size(TaskSettings settings, String text) {
    String[] sides = text.split("x", -1);
    try {
      int width = Integer.parseInt(sides[0].strip());
      int height = sides.length == 2 ? Integer.parseInt(sides[1].strip()) : 0;
      if (width >= 1 && height >= 1 && width <= LONGEST_SIDE && height <= LONGEST_SIDE) {
        return new int[] {width, height};
      }
    } catch (NumberFormatException e) {
      // Said below, as of sides that are out of range.
    }
    throw new BadInputException(
        settings.option()
            + " sets size of "
            + settings.kind()
            + " to "
            + text
            + ", expected WxH in pixels such as 640x640");
  }
}
