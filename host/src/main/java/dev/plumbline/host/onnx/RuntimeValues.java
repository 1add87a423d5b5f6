package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.plumbline.host.BadInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A model in ONNX Runtime that gives what is computed on the way, with its optimisations off: node
 * by node as the model says. One thread at a time.
 */
public final class RuntimeValues implements AutoCloseable {
  private final OnnxModel model;
  private final OrtSession session;
  private final InputTensors inputs;

  private RuntimeValues(OnnxModel model, OrtSession session) throws OrtException {
    this.model = model;
    this.inputs = InputTensors.of(model);
    this.session = session;
  }

  /**
   * Loads a model.
   *
   * @param names of values in its graph that are asked for
   * @throws BadInputException if ONNX Runtime refuses it
   */
  public static RuntimeValues open(OnnxModel model, List<String> names) {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder().clearOutput();
    // ONNX Runtime infers types and shapes that are not given.
    names.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    try (SessionOptions options = RuntimeProvider.cpu().options()) {
      options.setOptimizationLevel(OptLevel.NO_OPT);
      byte[] bytes = model.proto().toBuilder().setGraph(graph).build().toByteArray();
      return new RuntimeValues(model, RuntimeSession.environment().createSession(bytes, options));
    } catch (OrtException e) {
      throw refused(model, e);
    }
  }

  /**
   * Runs the model.
   *
   * @param input row-major
   * @param dims of the input
   * @return elements of the values that are floating-point, in the order of the names
   */
  public Map<String, float[]> run(float[] input, long... dims) {
    return collect(input, dims, FloatTensors::read);
  }

  /**
   * Runs the model on zeros.
   *
   * @param dims of the input
   * @return dimensions of the values that are floating-point, in the order of the names
   */
  public Map<String, long[]> shapes(long... dims) {
    float[] zeros = new float[Math.toIntExact(Tensor.elements(dims))];
    return collect(zeros, dims, value -> value.getInfo().getShape());
  }

  private <T> Map<String, T> collect(float[] input, long[] dims, Function<OnnxTensor, T> read) {
    ValueInfo info = model.graph().input();
    try (OnnxTensor tensor = FloatTensors.create(info.elementType(), input, dims);
        OrtSession.Result result = session.run(inputs.with(tensor))) {
      Map<String, T> values = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> entry : result) {
        if (entry.getValue() instanceof OnnxTensor value && FloatTensors.isFloat(value)) {
          values.put(entry.getKey(), read.apply(value));
        }
      }
      return values;
    } catch (OrtException e) {
      throw refused(model, e);
    }
  }

  private static BadInputException refused(OnnxModel model, OrtException e) {
    return new BadInputException(
        "model "
            + model.name()
            + " cannot be run by ONNX Runtime value by value: "
            + String.valueOf(e.getMessage()).strip().lines().findFirst().orElse(""),
        e);
  }

  @Override
  public void close() {
    inputs.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close " + model.name(), e);
    }
  }
}
