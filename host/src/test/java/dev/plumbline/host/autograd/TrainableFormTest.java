package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose operators take integers, or whose integers a Clip narrows, are trained in place. */
class TrainableFormTest {
  private static final int BATCH = 8;

  private static float[] pictures(int size) {
    Random random = new Random(7);
    float[] x = new float[size];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** One step against the gradient of the logits' size, scaled to move weights by some steps. */
  private static void step(DifferentiableGraph graph, NDArray in, float length) {
    try (GradientTape tape = GradientTape.open()) {
      tape.backward(graph.logitsInTraining(in).square().sum());
    }
    for (Parameter parameter : graph.parameters()) {
      NDArray master = parameter.master();
      NDArray gradient = master.getGradient();
      float largest = gradient.abs().max().getFloat();
      assertTrue(Float.isFinite(largest), parameter.name());
      if (largest > 0) {
        master.setRequiresGradient(false);
        master.subi(gradient.mul(length / largest));
      }
    }
  }

  private static float[][] runtime(OnnxModel model, float[] x, long... dims) {
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      return session.logits(x, dims);
    }
  }

  private static void assertNear(float[][] expected, float[] found, double relative) {
    double largest = 0;
    for (float[] row : expected) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    int classes = expected[0].length;
    assertEquals(expected.length * classes, found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i / classes][i % classes], found[i], relative * largest, "at " + i);
    }
  }

  /** Names of constants that are not the same in two models of one graph. */
  private static List<String> changed(OnnxModel a, OnnxModel b) {
    assertEquals(a.graph().nodes().toString(), b.graph().nodes().toString());
    assertEquals(a.graph().constants().keySet(), b.graph().constants().keySet());
    List<String> names = new ArrayList<>();
    a.graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (!tensor.buffer().equals(b.graph().constants().get(name).buffer())) {
                names.add(name);
              }
            });
    return names;
  }

  /**
   * The tolerance is relative to the largest logit. As float operators round after a product that
   * integer ones add up exactly, a value on the edge between two steps may fall to either side.
   */
  @ParameterizedTest
  @CsvSource({
    "vgg-qop-u8u8,0.02",
    "vgg-qop-s8s8c,0.02",
    "lenet5-qop-u8s8,0.02",
    "resnet-qop-s8s8c,0.04",
    "densenet-qop-u8u8,0.04"
  })
  void integersOfOperatorsAreTrainedAndNothingElseChanges(String name, double relative)
      throws URISyntaxException {
    OnnxModel model =
        OnnxModel.read(
            Path.of(
                TrainableFormTest.class
                    .getResource("/exports/quantized/" + name + ".onnx")
                    .toURI()));
    float[] x = pictures(BATCH * 3 * 16 * 16);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertArrayEquals(model.bytes(), graph.export().bytes(), "untouched");
      NDArray in = TestDevice.place(manager.create(x, new Shape(BATCH, 3, 16, 16)));
      assertNear(runtime(model, x, BATCH, 3, 16, 16), graph.logits(in).toFloatArray(), relative);
      step(graph, in, 0.02f);
      OnnxModel trained = graph.export();
      List<String> changed = changed(model, trained);
      assertTrue(changed.size() >= 4, changed.toString());
      List<String> trainable = new ArrayList<>();
      model.graph().nodes().stream()
          .filter(node -> node.is("BatchNormalization"))
          .forEach(node -> trainable.addAll(node.inputs().subList(3, 5)));
      graph.parameters().forEach(parameter -> trainable.add(parameter.name()));
      assertTrue(trainable.containsAll(changed), changed + " of " + trainable);
      assertNear(runtime(trained, x, BATCH, 3, 16, 16), graph.logits(in).toFloatArray(), relative);
    }
  }

  private static OnnxModel narrowed(boolean perChannel) {
    int scales = perChannel ? 5 : 1;
    long[] dims = perChannel ? new long[] {5} : new long[0];
    float[] scale = new float[scales];
    for (int i = 0; i < scales; i++) {
      scale[i] = 0.05f + 0.01f * i;
    }
    long[] integers = new long[35];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = i % 15 - 7;
    }
    GraphBuilder b = new GraphBuilder("narrowed");
    b.input("x", 7);
    b.initializer("wq", Tensor.ofIntegers(ElementType.INT8, new long[] {7, 5}, integers));
    b.initializer("low", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {-7}));
    b.initializer("high", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {7}));
    b.initializer("ws", Tensor.ofFloats(dims, scale));
    b.initializer("wz", Tensor.ofIntegers(ElementType.INT8, dims, new long[scales]));
    b.node("Clip", "wc", List.of("wq", "low", "high"), Map.of());
    b.node(
        "DequantizeLinear",
        "w",
        List.of("wc", "ws", "wz"),
        perChannel ? Map.of("axis", 1) : Map.of());
    b.node("MatMul", "y", List.of("x", "w"), Map.of());
    b.output("y", 5);
    return b.build(13);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void integersBehindAClipAreTrainedWithinItsBounds(boolean perChannel) {
    OnnxModel model = narrowed(perChannel);
    float[] x = pictures(3 * 7);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertArrayEquals(model.bytes(), graph.export().bytes(), "untouched");
      NDArray in = TestDevice.place(manager.create(x, new Shape(3, 7)));
      // Away from zero, far over the bounds: some four steps for the largest gradient.
      step(graph, in, -0.4f);
      OnnxModel trained = graph.export();
      assertNotEquals(model.sha256(), trained.sha256());
      assertEquals(List.of("wq"), changed(model, trained));
      long[] integers = trained.graph().constants().get("wq").longs();
      assertEquals(-7, Arrays.stream(integers).min().orElseThrow());
      assertEquals(7, Arrays.stream(integers).max().orElseThrow());
      // Seven products, in another order.
      assertNear(runtime(trained, x, 3, 7), graph.logits(in).toFloatArray(), 1e-5);
    }
  }
}
