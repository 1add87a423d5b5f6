package dev.plumbline.host.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Argmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FgsmTest {
  private static final PictureShape SHAPE = new PictureShape(3, 3, 3);
  private static final int BYTES = SHAPE.bytes();
  private static final int[] LABELS = {0, 1, 2, 1, 0};

  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  private record Pictures(List<Picture> pictures) implements Dataset {
    static Pictures random() {
      Random random = new Random(2);
      List<Picture> pictures = new ArrayList<>();
      for (int i = 0; i < LABELS.length; i++) {
        byte[] pixels = new byte[BYTES];
        random.nextBytes(pixels);
        pixels[0] = 0;
        pixels[1] = (byte) 255;
        pictures.add(new Picture(SHAPE, pixels));
      }
      return new Pictures(pictures);
    }

    @Override
    public int size() {
      return pictures.size();
    }

    @Override
    public PictureShape shape() {
      return SHAPE;
    }

    @Override
    public Picture picture(int index) {
      return pictures.get(index);
    }

    @Override
    public int label(int index) {
      return LABELS[index];
    }

    @Override
    public String name(int index) {
      return Integer.toString(index);
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }
  }

  private static OnnxModel model() {
    Random random = new Random(6);
    GraphBuilder graph = new GraphBuilder("tiny");
    String input = graph.input("input", 3, 3, 3);
    String flat = graph.node("Flatten", "flat", List.of(input), Map.of());
    graph.initializer("w", Tensor.ofFloats(new long[] {BYTES, 6}, gaussian(random, BYTES * 6)));
    String hidden = graph.node("MatMul", "hidden", List.of(flat, "w"), Map.of());
    String active = graph.node("Tanh", "active", List.of(hidden), Map.of());
    graph.initializer("v", Tensor.ofFloats(new long[] {6, 3}, gaussian(random, 18)));
    graph.output(graph.node("MatMul", "logits", List.of(active, "v"), Map.of()), 3);
    return graph.build();
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    return values;
  }

  private static List<Picture> attack(Preprocessing preprocessing, int[] labels, int epsilon) {
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model(), TestDevice.device())) {
      return Fgsm.attack(
          graph,
          preprocessing,
          Pictures.random(),
          Argmax.known(labels),
          epsilon,
          2,
          Progress.SILENT);
    }
  }

  private static Preprocessing preprocessing(Layout layout, ChannelOrder order) {
    return new Preprocessing(List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.25f, 0.3f), layout, order);
  }

  /**
   * The oracle is the cross-entropy from ONNX Runtime's logits, one pixel value up and down;
   * float32 leaves its sign in doubt where the difference is below 1e-5.
   */
  @ParameterizedTest
  @CsvSource({"NCHW,RGB,2", "NCHW,BGR,8", "NHWC,RGB,16", "NHWC,BGR,2"})
  void everyPixelGoesEpsilonTheWayTheCrossEntropyGrows(
      Layout layout, ChannelOrder order, int epsilon) {
    Preprocessing preprocessing = preprocessing(layout, order);
    List<Picture> attacked = attack(preprocessing, LABELS, epsilon);
    assertEquals(LABELS.length, attacked.size());
    int checked = 0;
    try (RuntimeSession session = RuntimeSession.open(model(), RuntimeProvider.cpu())) {
      for (int n = 0; n < LABELS.length; n++) {
        byte[] seed = Pictures.random().picture(n).pixels();
        for (int i = 0; i < BYTES; i++) {
          int before = seed[i] & 0xff;
          int after = attacked.get(n).pixels()[i] & 0xff;
          assertTrue(Math.abs(after - before) <= epsilon, before + " to " + after);
          byte[] up = seed.clone();
          byte[] down = seed.clone();
          up[i] = (byte) Math.min(255, before + 1);
          down[i] = (byte) Math.max(0, before - 1);
          double growth =
              crossEntropy(session, preprocessing, up, LABELS[n])
                  - crossEntropy(session, preprocessing, down, LABELS[n]);
          if (Math.abs(growth) > 1e-5) {
            int expected = before + (int) Math.signum(growth) * epsilon;
            assertEquals(Math.max(0, Math.min(255, expected)), after);
            checked++;
          }
        }
      }
    }
    assertTrue(checked > 0.9 * LABELS.length * BYTES, checked + " pixels checked");
  }

  private static double crossEntropy(
      RuntimeSession session, Preprocessing preprocessing, byte[] pixels, int label) {
    float[] input = new float[BYTES];
    preprocessing.toInput(new Picture(SHAPE, pixels), input, 0);
    float[] logits = session.logits(input, 1, 3, 3, 3)[0];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[label]);
    }
    return Math.log(sum);
  }

  @Test
  void anEpsilonOutOfRangeIsRefused() {
    Preprocessing preprocessing = preprocessing(Layout.NCHW, ChannelOrder.RGB);
    BadInputException refused =
        assertThrows(BadInputException.class, () -> attack(preprocessing, LABELS, 256));
    assertEquals("epsilon is 256, expected 1 to 255 (in 1/255)", refused.getMessage());
  }

  @Test
  void aLabelThatTheModelDoesNotKnowIsRefused() {
    Preprocessing preprocessing = preprocessing(Layout.NCHW, ChannelOrder.RGB);
    int[] labels = {0, 1, 3, 1, 0};
    assertThrows(BadInputException.class, () -> attack(preprocessing, labels, 2));
  }
}
