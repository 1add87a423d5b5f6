package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ChosenLabels;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.MaskOutput.Form;
import dev.plumbline.host.task.MaskOutput.Layout;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the output of a model that holds its masks, and how it is read. */
final class MaskOutputReader {
  static final String CLASSES = "classes";
  static final String LAYOUT = "layout";
  static final String THRESHOLD = "threshold";
  private static final List<String> LAYOUTS = List.of("first", "last");
  private static final double HALF = 0.5;

  private static final Set<Integer> SCORES =
      numbers(ElementType.FLOAT, ElementType.FLOAT16, ElementType.DOUBLE);
  private static final Set<Integer> LABELS =
      numbers(
          ElementType.INT64,
          ElementType.INT32,
          ElementType.UINT8,
          ElementType.INT8,
          ElementType.UINT16,
          ElementType.INT16);

  /**
   * An output and how it is read.
   *
   * @param row what is read of the model
   * @param output how that becomes a mask
   */
  record Found(RowOutput row, MaskOutput output) {}

  private final OnnxModel model;
  private final TaskSettings settings;

  MaskOutputReader(OnnxModel model, TaskSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  private static Set<Integer> numbers(ElementType... types) {
    return Set.of(types).stream().map(ElementType::onnxNumber).collect(Collectors.toSet());
  }

  /**
   * @throws BadInputException if no output, or more than one, can hold masks
   */
  Found find() {
    ValueInfo chosen = chosen();
    MaskOutput output = output(chosen);
    if (settings.text(THRESHOLD).isPresent() && output.form() != Form.FOREGROUND) {
      throw new BadInputException(
          settings.option()
              + " sets threshold of segmentation, which is for one score per pixel: output "
              + chosen.text()
              + " of model "
              + model.name()
              + " has a score for each class or the class itself");
    }
    return output.form() == Form.LABELS
        ? ChosenLabels.of(model, chosen)
            .map(labels -> ofLabels(chosen, labels))
            .orElseGet(() -> new Found(RowOutput.of(model, chosen), output))
        : new Found(RowOutput.of(model, chosen), output);
  }

  /** Read as the scores that they are chosen from. */
  private Found ofLabels(ValueInfo output, ChosenLabels labels) {
    int classes = labels.classes();
    if ((int) settings.number(CLASSES, 2, Mask.IGNORED - 1, classes) != classes) {
      throw refused(output, "the " + classes + " classes among which its ArgMax chooses");
    }
    return new Found(
        RowOutput.of(output, labels),
        new MaskOutput(Form.SCORES, classes, labels.last() ? Layout.LAST : Layout.FIRST, HALF));
  }

  /** Of scores and the classes that the same model makes of them, the scores. */
  private ValueInfo chosen() {
    boolean scores = model.graph().outputs().stream().anyMatch(o -> isScores(o) && fits(o));
    boolean named = settings.text(OutputOfTask.SETTING).isPresent();
    return OutputOfTask.find(
        model,
        settings,
        output -> named || fits(output) && isScores(output) == scores,
        "scores such as Nx21x128x128 or Nx128x128x21, one score such as Nx1x128x128 or whole"
            + " numbers such as Nx128x128");
  }

  private static boolean isScores(ValueInfo output) {
    return SCORES.contains(output.elementType());
  }

  private boolean fits(ValueInfo output) {
    int rank = output.dims().size();
    boolean typed = isScores(output) || LABELS.contains(output.elementType());
    return typed
        && (output.shape().isEmpty() && settings.text(CLASSES).isPresent()
            || rank == 3 && !isScores(output)
            || rank == 3 && mayBeOneMask(output)
            || rank == 4);
  }

  /** Three dimensions of floats are otherwise sequences and boxes. */
  private boolean mayBeOneMask(ValueInfo output) {
    return proportional(output.dims().get(1), output.dims().get(2));
  }

  private MaskOutput output(ValueInfo output) {
    List<Long> dims = output.dims();
    if (LABELS.contains(output.elementType())) {
      boolean one = dims.size() == 3 || dims.size() == 4 && (dims.get(1) == 1 || dims.get(3) == 1);
      if (!one) {
        throw refused(output, "whole numbers as NxHxW or Nx1xHxW");
      }
      int classes = (int) settings.number(CLASSES, 2, Mask.IGNORED - 1, 0);
      return new MaskOutput(Form.LABELS, classes, Layout.FIRST, HALF);
    }
    if (!isScores(output)) {
      throw refused(output, "floats or whole numbers");
    }
    if (dims.size() == 3 || dims.size() == 4 && (dims.get(1) == 1 || dims.get(3) == 1)) {
      return foreground();
    }
    if (dims.size() != 4 && output.shape().isPresent()) {
      throw refused(output, "NxCxHxW, NxHxWxC or NxHxW");
    }
    Optional<Layout> layout = layout(dims);
    long declared =
        layout.isEmpty() || dims.isEmpty() ? -1 : dims.get(layout.get() == Layout.FIRST ? 1 : 3);
    long classes = (long) settings.number(CLASSES, 1, Mask.IGNORED - 1, declared);
    if (classes == 1) {
      return foreground();
    }
    if (layout.isEmpty()) {
      throw refused(output, "the setting layout=first (NxCxHxW) or layout=last (NxHxWxC)");
    }
    if (classes < 0) {
      throw refused(output, "the setting classes=NUMBER, as its shape does not say");
    }
    if (declared > 0 && declared != classes) {
      throw refused(output, "the " + classes + " classes that " + settings.option() + " sets");
    }
    return new MaskOutput(Form.SCORES, (int) classes, layout.get(), HALF);
  }

  private MaskOutput foreground() {
    return new MaskOutput(
        Form.FOREGROUND, 2, Layout.FIRST, settings.number(THRESHOLD, 1e-6, 1 - 1e-6, HALF));
  }

  private BadInputException refused(ValueInfo output, String expected) {
    return new BadInputException(
        "output "
            + output.text()
            + " of model "
            + model.name()
            + " cannot be read as masks: expected "
            + expected);
  }

  /** Empty where nothing tells. */
  private Optional<Layout> layout(List<Long> dims) {
    if (settings.text(LAYOUT).isPresent()) {
      String word = settings.word(LAYOUT, LAYOUTS, "first");
      return Optional.of(word.equals("first") ? Layout.FIRST : Layout.LAST);
    }
    if (dims.isEmpty()) {
      return Optional.empty();
    }
    boolean first = dims.get(1) > 1 && proportional(dims.get(2), dims.get(3));
    boolean last = dims.get(3) > 1 && proportional(dims.get(1), dims.get(2));
    if (first && last) {
      first = isNumberOfClasses(dims.get(1));
      last = isNumberOfClasses(dims.get(3));
    }
    if (first == last) {
      return Optional.empty();
    }
    return Optional.of(first ? Layout.FIRST : Layout.LAST);
  }

  private boolean isNumberOfClasses(long dim) {
    return dim == (long) settings.number(CLASSES, 1, Mask.IGNORED - 1, -1);
  }

  /** Whether a mask of that size may be of the model's pictures. */
  private boolean proportional(long height, long width) {
    List<Long> input = model.graph().input().dims();
    if (height < 0 || width < 0) {
      return height < 0 && width < 0;
    }
    if (input.size() != 4) {
      return height == width;
    }
    int at = input.get(1) == 1 || input.get(1) == 3 ? 2 : 1;
    long pictureHeight = input.get(at);
    long pictureWidth = input.get(at + 1);
    return pictureHeight < 0 || pictureWidth < 0
        ? height == width
        // Rounded to whole pixels on the way down.
        : Math.abs(height * pictureWidth - width * pictureHeight)
            <= Math.max(pictureHeight, pictureWidth);
  }
}
