package dev.plumbline.host.autograd;

import static dev.plumbline.host.autograd.Quantized.runtime;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Straight-through gradients of operators on integers. */
class IntegerGradientTest {
  private static final ElementType BYTE = ElementType.UINT8;

  /**
   * An operator on integers and the float operator that it stands for.
   *
   * @param integer takes the quantized input, its scale and its zero point, and makes a float
   * @param real takes the dequantized input
   */
  record Twin(String operator, long[] dims, FromQuantized integer, FromFloat real) {
    @Override
    public String toString() {
      return operator;
    }
  }

  interface FromQuantized {
    String build(Nodes n, Quantized x);
  }

  interface FromFloat {
    String build(Nodes n, String x);
  }

  private static Quantized weight(Nodes n, long... dims) {
    return Quantized.constant(n, "w", ElementType.INT8, dims, new float[] {0.01f}, 5);
  }

  private static Quantized output(Nodes n) {
    return Quantized.parameters(n, "y", BYTE, new float[] {0.2f}, 127);
  }

  private static List<String> inputs(Quantized x, Quantized w, Quantized y) {
    return List.of(
        x.value(),
        x.scale(),
        x.zeroPoint(),
        w.value(),
        w.scale(),
        w.zeroPoint(),
        y.scale(),
        y.zeroPoint());
  }

  private static String real(Nodes n, Quantized w) {
    return w.dequantize(n, w.value());
  }

  static Stream<Twin> twins() {
    long[] picture = CaseFamily.PICTURE;
    long[] matrix = CaseFamily.MATRIX;
    Map<String, Object> pads = Map.of("pads", new long[] {1, 0, 0, 1});
    return Stream.of(
        new Twin(
            "QLinearConv",
            picture,
            (n, x) -> {
              Quantized w = weight(n, 4, 3, 3, 2);
              Quantized y = output(n);
              return y.dequantize(n, n.add("QLinearConv", inputs(x, w, y), pads));
            },
            (n, x) -> n.add("Conv", List.of(x, real(n, weight(n, 4, 3, 3, 2))), pads)),
        new Twin(
            "QLinearMatMul",
            matrix,
            (n, x) -> {
              Quantized y = output(n);
              String made = n.add("QLinearMatMul", inputs(x, weight(n, 4, 5), y), Map.of());
              return y.dequantize(n, made);
            },
            (n, x) -> n.add("MatMul", List.of(x, real(n, weight(n, 4, 5))), Map.of())),
        new Twin(
            "QLinearAdd",
            picture,
            (n, x) -> {
              Quantized y = output(n);
              return y.dequantize(
                  n, runtime(n, "QLinearAdd", inputs(x, weight(n, 3, 1, 1), y), Map.of()));
            },
            (n, x) -> n.add("Add", List.of(x, real(n, weight(n, 3, 1, 1))), Map.of())),
        new Twin(
            "QLinearMul",
            picture,
            (n, x) -> {
              Quantized y = output(n);
              return y.dequantize(
                  n, runtime(n, "QLinearMul", inputs(x, weight(n, 3, 1, 1), y), Map.of()));
            },
            (n, x) -> n.add("Mul", List.of(x, real(n, weight(n, 3, 1, 1))), Map.of())),
        function("QLinearSigmoid", "Sigmoid", Map.of()),
        function("QLinearGlobalAveragePool", "GlobalAveragePool", Map.of()),
        function("QLinearAveragePool", "AveragePool", Map.of("kernel_shape", new long[] {3, 2})),
        new Twin(
            "MatMulIntegerToFloat",
            matrix,
            (n, x) -> {
              Quantized w = weight(n, 4, 5);
              return runtime(
                  n,
                  "MatMulIntegerToFloat",
                  List.of(x.value(), w.value(), x.scale(), w.scale(), x.zeroPoint(), w.zeroPoint()),
                  Map.of());
            },
            (n, x) -> n.add("MatMul", List.of(x, real(n, weight(n, 4, 5))), Map.of())),
        new Twin(
            "DynamicQuantizeMatMul",
            matrix,
            (n, x) -> {
              Quantized w = weight(n, 4, 5);
              String real = x.dequantize(n, x.value());
              return runtime(
                  n,
                  "DynamicQuantizeMatMul",
                  List.of(real, w.value(), w.scale(), w.zeroPoint()),
                  Map.of());
            },
            (n, x) -> n.add("MatMul", List.of(x, real(n, weight(n, 4, 5))), Map.of())));
  }

  private static Twin function(String integer, String real, Map<String, Object> attributes) {
    return new Twin(
        integer,
        CaseFamily.PICTURE,
        (n, x) -> {
          Quantized y = output(n);
          List<String> inputs =
              List.of(x.value(), x.scale(), x.zeroPoint(), y.scale(), y.zeroPoint());
          return y.dequantize(n, runtime(n, integer, inputs, attributes));
        },
        (n, x) -> n.add(real, List.of(x), attributes));
  }

  private static OperatorCase model(String operator, long[] dims, Body body) {
    return new OperatorCase(operator, 17, "", dims, -2, 2, false, body);
  }

  private static Quantized input(Nodes n) {
    return Quantized.of(n, "x", "q", BYTE, 0.017, 121);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theGradientIsThatOfTheFloatOperatorAtTheQuantizedInput(Twin twin) {
    OperatorCase integer =
        model(twin.operator(), twin.dims(), n -> twin.integer().build(n, input(n)));
    OperatorCase real =
        model(
            twin.operator(),
            twin.dims(),
            n -> {
              Quantized x = input(n);
              return twin.real().build(n, x.dequantize(n, x.value()));
            });
    float[] expected = gradient(real.model(), twin.dims());
    // The same products in another order and grouping, of size 10 at most.
    assertArrayEquals(expected, gradient(integer.model(), twin.dims()), 1e-5f);
    double size = 0;
    for (float g : expected) {
      size += Math.abs(g);
    }
    assertTrue(size > 0, "no gradient at all");
  }

  private static float[] gradient(OnnxModel model, long[] dims) {
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device());
        GradientTape tape = GradientTape.open()) {
      Random random = new Random(21);
      int size = Math.toIntExact(new Shape(dims).size());
      float[] x = new float[size];
      for (int i = 0; i < size; i++) {
        x[i] = (float) random.nextDouble(-2, 2);
      }
      NDArray in = TestDevice.place(manager.create(x, new Shape(dims)));
      in.setRequiresGradient(true);
      NDArray y = graph.logits(in);
      float[] projection = new float[Math.toIntExact(y.size())];
      for (int i = 0; i < projection.length; i++) {
        projection[i] = (float) random.nextDouble(-1, 1);
      }
      tape.backward(y.mul(TestDevice.place(manager.create(projection, y.getShape()))).sum());
      return in.getGradient().toFloatArray();
    }
  }

  @Test
  void aSaturatedOutputHasNoGradient() {
    OperatorCase saturated =
        model(
            "QLinearMatMul",
            CaseFamily.MATRIX,
            n -> {
              Quantized y = Quantized.parameters(n, "y", BYTE, new float[] {1e-7f}, 127);
              String made = n.add("QLinearMatMul", inputs(input(n), weight(n, 4, 5), y), Map.of());
              return y.dequantize(n, made);
            });
    assertArrayEquals(new float[12], gradient(saturated.model(), CaseFamily.MATRIX));
  }

  @Test
  void aModelWhoseIntegerProductsHaveNoScaleSaysThatItCannotBeTrained() {
    GraphBuilder b = new GraphBuilder("product");
    b.input("x", 3);
    b.initializer("s", Tensor.ofFloats(new long[0], 0.1f));
    b.initializer("z", Tensor.ofIntegers(ElementType.UINT8, new long[0], new long[] {7}));
    b.initializer("w", Quantized.integers("w", ElementType.INT8, 3, 2));
    b.node("QuantizeLinear", "q", List.of("x", "s", "z"), Map.of());
    b.node("MatMulInteger", "p", List.of("q", "w", "z"), Map.of());
    b.node("Cast", "y", List.of("p"), Map.of("to", ElementType.FLOAT.onnxNumber()));
    b.output("y", 2);
    OnnxModel model = b.build(17);
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.trainable(model, TestDevice.device()).close());
    assertEquals(
        "model "
            + model
            + " cannot be trained: its weights are integers inside of MatMulInteger p, expected"
            + " weights of Conv, Gemm or MatMul, float or behind a DequantizeLinear",
        e.getMessage());
  }

  @Test
  void weightsOfHalfPrecisionAreNotTrainedAndTheTypeIsNamed() throws IOException {
    GraphBuilder b = new GraphBuilder("half");
    b.input("x", 3);
    b.initializer("w", Tensor.ofFloats(new long[] {3, 2}, 1, 2, 3, 4, 5, 6));
    b.output(b.node("MatMul", "y", List.of("x", "w"), Map.of()), 2);
    ModelProto.Builder proto = b.build(17).proto().toBuilder();
    GraphProto.Builder graph = proto.getGraphBuilder();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(10);
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(10);
    graph.removeInitializer(0);
    TextFormat.merge(
        "initializer { name: 'w' data_type: 10 dims: 3 dims: 2"
            + " int32_data: [15360, 15361, 15362, 15363, 15364, 15365] }",
        graph);
    OnnxModel model = OnnxModel.of("half", proto.build());
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.trainable(model, TestDevice.device()).close());
    assertTrue(e.getMessage().contains("the weights of node MatMul y are float16"), e.getMessage());
  }
}
