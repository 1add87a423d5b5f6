package dev.plumbline.host.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The inputs that are the same in every run of a model, as its metadata keep them. */
final class FixedInputs {
  /** Under which a model's metadata keep them. */
  static final String METADATA = "plumbline.fixed_inputs";

  private static final ObjectMapper JSON = new ObjectMapper();

  private FixedInputs() {}

  /**
   * A graph whose one free input is the one that the metadata do not fix.
   *
   * @param text what the metadata say, if anything
   * @throws BadInputException if it cannot be read or does not fit the graph
   */
  static Graph applied(Graph graph, Optional<String> text) {
    if (text.isEmpty()) {
      return graph;
    }
    Map<String, Tensor> values = read(text.get());
    for (String name : values.keySet()) {
      if (graph.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw new BadInputException(
            "its metadata "
                + METADATA
                + " fix the input "
                + name
                + ", expected one of "
                + FixedInput.text(graph.inputs()));
      }
    }
    if (values.size() >= graph.inputs().size()) {
      throw new BadInputException(
          "all of its inputs are fixed ("
              + FixedInput.text(graph.inputs())
              + "), expected one that data go to");
    }
    return graph.withFixed(values);
  }

  private static Map<String, Tensor> read(String text) {
    try {
      Map<String, Tensor> values = new LinkedHashMap<>();
      for (JsonNode entry : JSON.readTree(text)) {
        List<Long> dims = new ArrayList<>();
        entry.path("dims").forEach(dim -> dims.add(dim.asLong()));
        ElementType type =
            ElementType.of(entry.path("type").asInt())
                .orElseThrow(() -> new IllegalArgumentException("no type"));
        values.put(
            entry.path("name").asText(),
            Tensor.ofRaw(
                type,
                dims.stream().mapToLong(Long::longValue).toArray(),
                ByteString.copyFrom(entry.path("data").binaryValue())));
      }
      return values;
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(
          "its metadata "
              + METADATA
              + " cannot be read, expected a list of inputs with name, type, dims and data",
          e);
    }
  }

  /** For the metadata. */
  static String text(Map<String, Tensor> values) {
    ArrayNode list = JSON.createArrayNode();
    values.forEach(
        (name, value) -> {
          ObjectNode entry = list.addObject().put("name", name);
          entry.put("type", value.type().onnxNumber());
          ArrayNode dims = entry.putArray("dims");
          for (long dim : value.dims()) {
            dims.add(dim);
          }
          byte[] data = new byte[value.buffer().remaining()];
          value.buffer().get(data);
          entry.put("data", data);
        });
    try {
      return JSON.writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("fixed inputs are plain JSON", e);
    }
  }
}
