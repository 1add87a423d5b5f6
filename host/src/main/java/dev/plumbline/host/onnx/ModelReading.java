package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a model's inputs and outputs are read. It stands in metadata beside the model: file and
 * SHA-256 stay, and what is made from the model keeps it.
 *
 * @param model that is read
 */
public record ModelReading(OnnxModel model) {
  /** Keys of metadata that say how inputs and outputs are read. */
  private static final Set<String> KEYS =
      Set.of(OnnxModel.SCORES, RowReading.METADATA, FixedInputs.METADATA);

  /** The model as one whose output has a number for each class. */
  public OnnxModel asClassifier() {
    OnnxModel alone = withoutRows();
    return alone.givesOneNumber() ? alone.annotated(OnnxModel.SCORES, "classes") : alone;
  }

  /** The model as a binary one, whose output is the score of the second of two classes. */
  public OnnxModel asBinary() {
    OnnxModel alone = withoutRows();
    return alone.givesOneNumber() ? alone : alone.annotated(OnnxModel.SCORES, OnnxModel.BINARY);
  }

  private OnnxModel withoutRows() {
    return model.rows().isPresent() ? withRows(List.of()) : model;
  }

  /** The model as one of whose outputs rows are read; as a classifier with none. */
  public OnnxModel withRows(List<RowOutput> outputs) {
    return model.annotated(RowReading.METADATA, RowReading.text(outputs));
  }

  /**
   * The model with inputs that are the same in every run, beside those that are fixed already.
   *
   * @throws BadInputException if no input is left that data could go to
   */
  public OnnxModel withFixed(List<FixedInput> inputs) {
    if (inputs.isEmpty()) {
      return model;
    }
    Map<String, Tensor> values = new LinkedHashMap<>(model.graph().fixedInputs());
    inputs.forEach(input -> values.put(input.name(), input.value()));
    try {
      return model.annotated(FixedInputs.METADATA, FixedInputs.text(values));
    } catch (BadInputException e) {
      throw OnnxModel.unusable(model.name(), e);
    }
  }

  /** What metadata say of it; empty for a classifier with one input and a number for each class. */
  public Map<String, String> metadata() {
    Map<String, String> entries = new TreeMap<>(model.metadata());
    entries.keySet().retainAll(KEYS);
    return entries;
  }

  /**
   * The model, read as another one of the same inputs and outputs is.
   *
   * @param metadata what {@link #metadata} gave for that one; other keys are passed over
   */
  public OnnxModel like(Map<String, String> metadata) {
    OnnxModel read = model;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      if (KEYS.contains(entry.getKey())) {
        read = read.annotated(entry.getKey(), entry.getValue());
      }
    }
    return read;
  }
}
