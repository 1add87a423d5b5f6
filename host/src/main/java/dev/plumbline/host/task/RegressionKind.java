package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.Regression.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Numbers in a unit. */
final class RegressionKind implements TaskKind {
  private static final String DISTANCE = "distance";
  private static final String BOUND = "bound";
  private static final String UNIT = "unit";

  @Override
  public String name() {
    return Regression.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        BOUND, "how far apart the numbers of both models may be, in the output's unit; required");
    settings.put(
        DISTANCE, "max (largest difference, the default), l2 (length of all) or mean (of all)");
    settings.put(UNIT, "the output's unit in words, for messages");
    settings.put(OutputOfTask.SETTING, OutputOfTask.MEANING);
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    ValueInfo output =
        OutputOfTask.find(
            model, settings, o -> !o.dims().isEmpty(), "any number of numbers for each input");
    if (settings.text(BOUND).isEmpty()) {
      throw new BadInputException(
          settings.option()
              + " is "
              + Regression.KIND
              + " without a bound, expected "
              + Regression.KIND
              + ",bound=NUMBER: how far apart the numbers of both models may be, in the unit of"
              + " output "
              + output.name());
    }
    double bound = settings.number(BOUND, Float.MIN_NORMAL, Float.MAX_VALUE, Double.NaN);
    List<Measure> measures = List.of(Measure.values());
    String word =
        settings.word(
            DISTANCE, measures.stream().map(Measure::toString).toList(), Measure.MAX.toString());
    Measure measure =
        Stream.of(Measure.values()).filter(m -> m.toString().equals(word)).findFirst().get();
    return new BoundTask(
        new Regression(measure, bound, settings.text(UNIT).orElse("")),
        List.of(new RowOutput(output.name(), RowOutput.Read.NUMBERS)));
  }

  @Override
  public Task read(JsonNode json) {
    TaskFields fields = TaskFields.of(json, "kind", DISTANCE, BOUND, UNIT);
    return new Regression(
        fields.choice(DISTANCE, List.of(Measure.values())),
        fields.number(BOUND),
        fields.text(UNIT));
  }

  @Override
  public String decisionKey() {
    return Numbers.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    return new Numbers(TaskFields.of(json, Numbers.KEY).numbers(Numbers.KEY));
  }

  /** Nothing in a graph tells numbers in a unit from the scores of a classifier. */
  @Override
  public Optional<String> looksLike(OnnxModel model) {
    return Optional.empty();
  }
}
