package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One small graph around one operator.
 *
 * @param operator the operator that is tested
 * @param opset of the model
 * @param note what is particular
 * @param dims of the input
 * @param low lowest value of the random input
 * @param high highest value of the random input
 * @param smooth whether central differences are an oracle for its gradient
 * @param body adds the nodes; returns the output's name
 */
record OperatorCase(
    String operator,
    int opset,
    String note,
    long[] dims,
    double low,
    double high,
    boolean smooth,
    Body body) {

  interface Body {
    String build(Nodes nodes);
  }

  /** What a body adds nodes to; the input is called {@code x}. */
  record Nodes(GraphBuilder builder, int opset) {
    String add(String operator, List<String> inputs, Map<String, Object> attributes) {
      return builder.node(operator, "y_" + operator, inputs, attributes);
    }

    String floats(String name, long[] dims, float... values) {
      return builder.initializer(name, dev.plumbline.host.onnx.Tensor.ofFloats(dims, values));
    }

    /** Random numbers that are the same for the same name. */
    String random(String name, double low, double high, long... dims) {
      int size = 1;
      for (long d : dims) {
        size *= (int) d;
      }
      Random random = new Random(name.hashCode());
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (low + (high - low) * random.nextDouble());
      }
      return floats(name, dims, values);
    }

    String weights(long... dims) {
      return random("w", -1, 1, dims);
    }

    String longs(String name, long... values) {
      return builder.initializer(
          name, dev.plumbline.host.onnx.Tensor.ofLongs(new long[] {values.length}, values));
    }

    String scalarLong(String name, long value) {
      return builder.initializer(name, dev.plumbline.host.onnx.Tensor.ofLongs(new long[0], value));
    }
  }

  OnnxModel model() {
    GraphBuilder builder = new GraphBuilder(toString());
    builder.input("x", java.util.Arrays.copyOfRange(dims, 1, dims.length));
    String out = body.build(new Nodes(builder, opset));
    builder.output(out);
    OnnxModel model = builder.build(opset);
    // Any rank of output.
    var graph = model.proto().getGraph().toBuilder();
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
    return OnnxModel.of(toString(), model.proto().toBuilder().setGraph(graph).build());
  }

  /** A random input, in double; every value is a float. */
  double[] input(long seed) {
    int size = 1;
    for (long d : dims) {
      size *= (int) d;
    }
    Random random = new Random(seed);
    double[] x = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return x;
  }

  @Override
  public String toString() {
    return operator + " opset " + opset + " " + note;
  }
}
