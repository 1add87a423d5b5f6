package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.RowOutput.Read;
import dev.plumbline.host.onnx.ValueInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any number of labels, from a sigmoid or a logit for each class. */
final class MultiLabelKind implements TaskKind {
  private static final String THRESHOLD = "threshold";
  private static final String THRESHOLDS = "thresholds";
  private static final String CLASSES = "classes";
  private static final double USUAL = 0.5;
  private static final int MOST_CLASSES = 1 << 20;
  private static final int LONGEST_LINE = 100;

  @Override
  public String name() {
    return MultiLabel.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(THRESHOLD, "least probability with which a label is given (default: 0.5)");
    settings.put(THRESHOLDS, "a file with a threshold on each line, one for each class");
    settings.put(CLASSES, "number of classes, where the model does not declare it");
    settings.put(OutputOfTask.SETTING, OutputOfTask.MEANING);
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    ValueInfo output = output(model, settings);
    int classes = classes(model, output, settings);
    RowOutput row = RowOutput.of(model, output);
    if (row.read() == Read.SOFTMAX) {
      throw refused(
          model,
          output,
          " after a softmax, which gives one label to each input: expected a sigmoid or logits, or"
              + " --task classification");
    }
    return new BoundTask(new MultiLabel(classes, thresholds(settings)), List.of(row));
  }

  /** Of one output it is told better why it does not fit. */
  private static ValueInfo output(OnnxModel model, TaskSettings settings) {
    return model.graph().outputs().size() == 1 && settings.text(OutputOfTask.SETTING).isEmpty()
        ? model.graph().outputs().get(0)
        : OutputOfTask.find(
            model,
            settings,
            MultiLabelKind::isOfClasses,
            "float scores of at least two classes, batch x classes,");
  }

  private static boolean isOfClasses(ValueInfo output) {
    return OutputChoice.hasScoreType(output)
        && output.dims().size() > 1
        && output.dims().stream().skip(1).filter(d -> d != 1).count() == 1;
  }

  private static int classes(OnnxModel model, ValueInfo output, TaskSettings settings) {
    double number = settings.number(CLASSES, 2, MOST_CLASSES, 0);
    int set = (int) number;
    if (set != number) {
      throw new BadInputException(
          settings.option() + " sets classes to " + number + ", expected a whole number");
    }
    List<Long> dims = output.dims();
    List<Long> apart = dims.stream().skip(1).filter(d -> d != 1).toList();
    if (output.shape().isPresent() && (dims.size() < 2 || dims.contains(0L))
        || apart.stream().filter(d -> d > 1).count() > 1
        || !OutputChoice.hasScoreType(output)) {
      throw refused(model, output, ", expected float scores: batch x classes");
    }
    if (output.shape().isPresent() && apart.isEmpty()) {
      throw refused(
          model,
          output,
          ", one number for each input, expected one for each of at least two classes, or --task"
              + " binary where it is the score of the second of two classes");
    }
    boolean declared = apart.size() == 1 && apart.get(0) > 1;
    if (!declared && set == 0) {
      throw refused(
          model,
          output,
          " without a number of classes, expected "
              + settings.option()
              + " "
              + MultiLabel.KIND
              + ","
              + CLASSES
              + "=NUMBER");
    }
    if (declared && set != 0 && set != apart.get(0)) {
      throw refused(model, output, ", expected the " + set + " classes that are set");
    }
    return declared ? Math.toIntExact(apart.get(0)) : set;
  }

  private static BadInputException refused(OnnxModel model, ValueInfo output, String why) {
    return new BadInputException("model " + model.name() + " gives " + output.text() + why);
  }

  private static List<Double> thresholds(TaskSettings settings) {
    Optional<Path> file = settings.file(THRESHOLDS);
    if (file.isEmpty()) {
      return List.of(settings.number(THRESHOLD, 0, 1, USUAL));
    }
    if (settings.text(THRESHOLD).isPresent()) {
      throw new BadInputException(
          settings.option() + " sets threshold and thresholds, expected one of them");
    }
    List<Double> thresholds = new ArrayList<>();
    Path path = file.get();
    InputFile.lines(
        "file of thresholds",
        path,
        LONGEST_LINE,
        (number, line) -> {
          if (!line.isBlank()) {
            thresholds.add(threshold(path, number, line.strip()));
          }
          return thresholds.size() <= MOST_CLASSES;
        });
    return thresholds;
  }

  private static double threshold(Path path, int number, String line) {
    double threshold;
    try {
      threshold = Double.parseDouble(line);
    } catch (NumberFormatException e) {
      threshold = Double.NaN;
    }
    if (!(threshold > 0 && threshold < 1)) {
      throw new BadInputException(
          "file of thresholds "
              + path
              + " has '"
              + line
              + "' on line "
              + number
              + ", expected a number above 0 and below 1");
    }
    return threshold;
  }

  @Override
  public Task read(JsonNode json) {
    JsonNode threshold = json.path(THRESHOLD);
    List<Double> thresholds = new ArrayList<>();
    (threshold.isArray() ? threshold : List.of(threshold))
        .forEach(each -> thresholds.add(each.isNumber() ? each.doubleValue() : Double.NaN));
    boolean known = json.size() == 3 && json.path(CLASSES).isInt();
    if (!known || thresholds.isEmpty() || thresholds.contains(Double.NaN)) {
      throw new IllegalArgumentException(
          "a task " + json + ", expected a number of classes and a threshold");
    }
    return new MultiLabel(json.get(CLASSES).intValue(), thresholds);
  }

  @Override
  public String decisionKey() {
    return LabelSet.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    JsonNode labels = json.path(LabelSet.KEY);
    JsonNode probabilities = json.path("probabilities");
    List<Integer> numbers = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    for (JsonNode label : labels) {
      numbers.add(label.isInt() ? label.intValue() : -1);
    }
    for (JsonNode probability : probabilities) {
      values.add(probability.isNumber() ? probability.floatValue() : Float.NaN);
    }
    if (!labels.isArray() || !probabilities.isArray() || !json.path("confidence").isNumber()) {
      throw new IllegalArgumentException(
          "a decision " + json + ", expected the keys labels, probabilities and confidence");
    }
    return new LabelSet(numbers, values, json.get("confidence").floatValue());
  }

  @Override
  public Optional<String> looksLike(OnnxModel model) {
    List<ValueInfo> fitting =
        model.graph().outputs().stream()
            .filter(MultiLabelKind::isOfClasses)
            .filter(output -> RowOutput.of(model, output).read() == Read.SIGMOID)
            .toList();
    return fitting.size() == 1
        ? Optional.of("ends in a sigmoid of several classes, " + fitting.get(0).text())
        : Optional.empty();
  }
}
