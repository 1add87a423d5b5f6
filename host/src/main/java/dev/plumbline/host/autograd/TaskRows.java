package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.RowOutput.Read;
import dev.plumbline.host.onnx.RowReading;
import dev.plumbline.host.onnx.ScoreKind;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import dev.plumbline.host.onnx.ValueBefore;
import dev.plumbline.host.task.Scalars;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a task that is no classification. A graph is cut before a sigmoid or softmax at the end
 * of an output, as one that is sure has no gradient left.
 *
 * @param model that the graph is of
 * @param reading which outputs, and how
 */
record TaskRows(OnnxModel model, RowReading reading) implements OutputRows {
  @Override
  public List<String> values() {
    return reading.outputs().stream().map(this::value).toList();
  }

  private String value(RowOutput output) {
    return before(output).map(ValueBefore::name).orElse(output.name());
  }

  private Optional<ValueBefore> before(RowOutput output) {
    return output.read() == Read.NUMBERS ? Optional.empty() : ValueBefore.of(model, output.name());
  }

  @Override
  public NDArray rows(List<NDArray> found, long inputs) {
    NDList parts = new NDList();
    for (int i = 0; i < found.size(); i++) {
      RowOutput output = reading.outputs().get(i);
      parts.add(flat(output, read(output, found.get(i)), inputs));
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
  }

  private NDArray read(RowOutput output, NDArray found) {
    NDArray values = found.toType(DataType.FLOAT32, false);
    Optional<ValueBefore> before = before(output);
    return switch (output.read()) {
      case NUMBERS -> values;
      case SIGMOID -> before.isPresent() ? values : logOdds(values);
      case SOFTMAX -> before.isPresent() ? logSoftmax(values, before.get().axis()) : log(values);
      default ->
          throw new IllegalArgumentException(
              "what the graph chooses has no gradient: " + output.name());
    };
  }

  private static NDArray logSoftmax(NDArray values, int axis) {
    return values.logSoftmax(axis < 0 ? axis + values.getShape().dimension() : axis);
  }

  private static NDArray logOdds(NDArray probabilities) {
    NDArray belowOne = Scalars.atLeast(probabilities.neg().add(1), ScoreKind.LEAST_BELOW_ONE);
    return log(probabilities).sub(log(belowOne));
  }

  private static NDArray log(NDArray probabilities) {
    return Scalars.atLeast(probabilities, ScoreKind.LEAST_PROBABILITY)
        .log()
        .toType(DataType.FLOAT32, false);
  }

  private static NDArray flat(RowOutput output, NDArray found, long inputs) {
    int batch = output.batch();
    if (found.getShape().dimension() <= batch || found.getShape().get(batch) != inputs) {
      throw new UnsupportedNodeException(
          "the graph gives "
              + found.getShape()
              + " as "
              + output.name()
              + " for "
              + inputs
              + " inputs, expected the batch as the "
              + (batch == 0 ? "first" : "second")
              + " dimension");
    }
    NDArray byInput = batch == 0 ? found : found.swapAxes(0, batch);
    return byInput.getShape().dimension() == 2 ? byInput : byInput.reshape(inputs, -1);
  }
}
