package dev.plumbline.host.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.RowOutput.Read;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads rows from what a model puts out, for tasks that are no classification: for each input the
 * numbers of certain outputs, one output after the other.
 *
 * @param model what to call it in a message
 * @param outputs in the order of the row
 */
public record RowReading(String model, List<RowOutput> outputs) {
  /** Under which a model's metadata keep this. */
  static final String METADATA = "plumbline.rows";

  private static final ObjectMapper JSON = new ObjectMapper();

  public RowReading {
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads what metadata keep.
   *
   * @param model what to call it in a message
   * @return empty for a classifier
   * @throws BadInputException if it cannot be read
   */
  static Optional<RowReading> of(String model, Optional<String> metadata) {
    return metadata.map(text -> parse(model, text)).filter(reading -> !reading.outputs().isEmpty());
  }

  private static RowReading parse(String model, String text) {
    try {
      List<RowOutput> outputs = new ArrayList<>();
      for (JsonNode output : JSON.readTree(text)) {
        String word = output.path("read").asText().toUpperCase(Locale.ROOT);
        outputs.add(
            new RowOutput(
                output.path("output").asText(),
                Read.valueOf(word),
                output.path("batch").asInt(0),
                output.path("classes").asInt(0)));
      }
      return new RowReading(model, outputs);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException(
          "the metadata "
              + METADATA
              + " of model "
              + model
              + " cannot be read: '"
              + text
              + "', expected a list of outputs",
          e);
    }
  }

  static String text(List<RowOutput> outputs) {
    ArrayNode list = JSON.createArrayNode();
    for (RowOutput output : outputs) {
      ObjectNode entry =
          list.addObject().put("output", output.name()).put("read", output.read().word());
      if (output.batch() > 0) {
        entry.put("batch", output.batch());
      }
      if (output.classes() > 0) {
        entry.put("classes", output.classes());
      }
    }
    return list.toString();
  }

  /** Whether rows hold labels that the graph chose, and so do not say how sure it was. */
  public boolean readsLabels() {
    return outputs.stream().anyMatch(output -> output.read().isLabels());
  }

  /**
   * Whether inputs have to come one by one: lists of objects tell no inputs apart, or are of the
   * first one alone, as exporters write them.
   */
  boolean isOfOneInput() {
    return readsObjects();
  }

  /** Whether rows hold objects that the graph chose. */
  public boolean readsObjects() {
    return outputs.stream().anyMatch(output -> output.read().listsObjects());
  }

  /** Names of the outputs, in the order of the row. */
  public List<String> names() {
    return outputs.stream().map(RowOutput::name).toList();
  }

  /**
   * Rows of what a run gave.
   *
   * @param found by name of the output, row-major
   * @param inputs that ran
   * @throws BadInputException if an output is missing, of another type, or has no part for each
   *     input
   */
  public float[][] rows(Map<String, Tensor> found, int inputs) {
    if (readsObjects()) {
      Map<Read, Tensor> parts = new EnumMap<>(Read.class);
      outputs.forEach(output -> parts.put(output.read(), tensor(output, found)));
      return new ObjectRows(model, outputs.get(0).classes(), parts).rows(inputs);
    }
    float[][] rows = new float[inputs][];
    int length = 0;
    List<float[]> values = new ArrayList<>();
    for (RowOutput output : outputs) {
      Tensor tensor = tensor(output, found);
      float[] numbers = numbers(output, tensor, inputs);
      if (output.read().isLabels()) {
        numbers = new LabelScores(model, output).of(numbers, inputs);
      }
      values.add(numbers);
      length += numbers.length / inputs;
    }
    for (int i = 0; i < inputs; i++) {
      rows[i] = new float[length];
      int at = 0;
      for (int o = 0; o < values.size(); o++) {
        int each = values.get(o).length / inputs;
        copy(outputs.get(o).read(), values.get(o), i * each, rows[i], at, each);
        at += each;
      }
    }
    return rows;
  }

  private Tensor tensor(RowOutput output, Map<String, Tensor> found) {
    Tensor tensor = found.get(output.name());
    if (tensor == null) {
      throw new BadInputException(
          "model "
              + model
              + " was run and gave the outputs "
              + found.keySet().stream().sorted().collect(Collectors.joining(", "))
              + ", expected "
              + output.name()
              + " among them");
    }
    return tensor;
  }

  private float[] numbers(RowOutput output, Tensor tensor, int inputs) {
    long[] dims = tensor.dims();
    int batch = output.batch();
    if (dims.length <= batch || dims[batch] != inputs) {
      throw new BadInputException(
          "model "
              + model
              + " puts out "
              + Arrays.toString(dims)
              + " as "
              + output.name()
              + " for a batch of "
              + inputs
              + ", expected the batch as the "
              + (batch == 0 ? "first" : "second")
              + " dimension");
    }
    return batch == 0 ? numbers(tensor) : byInput(numbers(tensor), (int) dims[0], inputs);
  }

  /** Steps x inputs x numbers as inputs x steps x numbers. */
  private static float[] byInput(float[] values, int steps, int inputs) {
    float[] sorted = new float[values.length];
    int each = steps == 0 ? 0 : values.length / steps / inputs;
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < inputs; i++) {
        System.arraycopy(values, (t * inputs + i) * each, sorted, (i * steps + t) * each, each);
      }
    }
    return sorted;
  }

  static float[] numbers(Tensor tensor) {
    if (tensor.type().isFloatingPoint()) {
      return tensor.floats();
    }
    long[] whole = tensor.longs();
    float[] values = new float[whole.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole[i];
    }
    return values;
  }

  private static void copy(Read read, float[] from, int start, float[] to, int at, int count) {
    switch (read) {
      case SIGMOID -> {
        for (int i = 0; i < count; i++) {
          float p = from[start + i];
          to[at + i] = log(p) - log(Math.max(1 - p, ScoreKind.LEAST_BELOW_ONE));
        }
      }
      case SOFTMAX -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = log(from[start + i]);
        }
      }
      default -> System.arraycopy(from, start, to, at, count);
    }
  }

  /** Not-a-number stays that. */
  private static float log(float probability) {
    return (float) Math.log(Math.max(probability, ScoreKind.LEAST_PROBABILITY));
  }
}
