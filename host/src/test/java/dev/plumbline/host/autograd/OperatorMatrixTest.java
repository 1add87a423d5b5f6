package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator against ONNX Runtime, its gradient against central differences. */
class OperatorMatrixTest {
  private static final double STEP = 1e-6;

  static Stream<OperatorCase> cases() {
    return OperatorCases.all().stream();
  }

  static Stream<OperatorCase> smoothCases() {
    // One opset on each side of 18, where axes became inputs: the kernels are the same otherwise.
    Set<String> there =
        cases()
            .filter(OperatorMatrixTest::besideEighteen)
            .map(c -> c.operator() + c.note())
            .collect(Collectors.toSet());
    return cases()
        .filter(OperatorCase::smooth)
        .filter(c -> besideEighteen(c) || !there.contains(c.operator() + c.note()));
  }

  private static boolean besideEighteen(OperatorCase each) {
    return each.opset() == 17 || each.opset() == 18;
  }

  @Test
  void everyOperatorOfTheRegistryHasACase() {
    Set<String> registered =
        OperatorRegistry.DEFAULT.all().keySet().stream()
            .map(OperatorRegistry.Key::operator)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        registered,
        cases().map(OperatorCase::operator).collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOperatorAgreesWithOnnxRuntime(OperatorCase each) throws OrtException {
    OnnxModel model = each.model();
    double[] x = each.input(11);
    float[] floats = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      floats[i] = (float) x[i];
    }
    Reference expected =
        model.graph().quantizesDynamically()
            ? pictureByPicture(model, floats, each.dims())
            : reference(model, floats, each.dims());
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray y = graph.output(TestDevice.place(manager.create(floats, new Shape(each.dims()))));
      assertArrayEquals(expected.dims(), y.getShape().getShape(), "shape");
      float[] found = y.toFloatArray();
      // Quantizing has one right answer. Elsewhere sums of at most 30 products in another order
      // and another exp differ by a few units in the last place.
      boolean exact =
          each.operator().endsWith("QuantizeLinear")
              || each.operator().startsWith("QLinear")
              || each.operator().equals("DequantizeLinear") && !each.smooth();
      for (int i = 0; i < found.length; i++) {
        double tolerance = exact ? 0 : 2e-6 + 1e-5 * Math.abs(expected.values()[i]);
        assertEquals(expected.values()[i], found[i], tolerance, "at " + i);
      }
    }
  }

  private record Reference(long[] dims, float[] values) {}

  /** Ranges that are found while the model runs are those of one picture. */
  private static Reference pictureByPicture(OnnxModel model, float[] x, long[] dims)
      throws OrtException {
    long[] one = dims.clone();
    one[0] = 1;
    int size = x.length / (int) dims[0];
    FloatBuffer values = null;
    long[] shape = {};
    for (int i = 0; i < dims[0]; i++) {
      Reference part = reference(model, Arrays.copyOfRange(x, i * size, (i + 1) * size), one);
      values = values == null ? FloatBuffer.allocate(part.values().length * (int) dims[0]) : values;
      values.put(part.values());
      shape = part.dims().clone();
      shape[0] *= dims[0];
    }
    return new Reference(shape, values.array());
  }

  private static Reference reference(OnnxModel model, float[] x, long[] dims) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtSession session = environment.createSession(model.bytes(), options);
          OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), dims);
          OrtSession.Result result = session.run(Map.of("x", in))) {
        OnnxTensor out = (OnnxTensor) result.get(0);
        FloatBuffer buffer = out.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return new Reference(out.getInfo().getShape(), values);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("smoothCases")
  void aGradientAgreesWithCentralDifferencesInDouble(OperatorCase each) {
    OnnxModel model = each.model();
    double[] x = each.input(12);
    Random random = new Random(13);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(model, TestDevice.device(), DataType.FLOAT64)) {
      Shape shape = new Shape(each.dims());
      double[] projection;
      double[] gradient;
      NDArray input = TestDevice.place(manager.create(x, shape));
      input.setRequiresGradient(true);
      try (GradientTape tape = GradientTape.open()) {
        NDArray y = graph.output(input);
        assertEquals(DataType.FLOAT64, y.getDataType());
        projection = random.doubles(y.size(), -1, 1).toArray();
        tape.backward(y.mul(TestDevice.place(manager.create(projection, y.getShape()))).sum());
        gradient = input.getGradient().toDoubleArray();
      }
      for (int probe = 0; probe < 6; probe++) {
        int at = random.nextInt(x.length);
        double[] moved = x.clone();
        moved[at] = x[at] + STEP;
        double above = projected(graph, manager, moved, shape, projection);
        moved[at] = x[at] - STEP;
        double below = projected(graph, manager, moved, shape, projection);
        double expected = (above - below) / (2 * STEP);
        // Rounding of sums near 10 in double, 1e-15 x 10 / 1e-6, and a curvature term of 1e-12.
        assertEquals(expected, gradient[at], 1e-7 + 1e-6 * Math.abs(expected), "at " + at);
      }
      double size = 0;
      for (double g : gradient) {
        size += Math.abs(g);
      }
      assertTrue(size > 0, "no gradient at all");
    }
  }

  private static double projected(
      DifferentiableGraph graph, NDManager parent, double[] x, Shape shape, double[] projection) {
    try (NDManager manager = parent.newSubManager()) {
      double[] y = graph.output(TestDevice.place(manager.create(x, shape))).toDoubleArray();
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += y[i] * projection[i];
      }
      return sum;
    }
  }
}
