package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose graph, and not its input, says how many pictures it takes at once. */
class FixedBatchOnDeviceTest {
  private static final PictureShape SHAPE = new PictureShape(3, 4, 4);
  private static final int PICTURES = 7;

  @TempDir Path folder;

  private OnnxModel ofThree() {
    Random random = new Random(5);
    float[] weights = new float[SHAPE.bytes() * 4];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    GraphBuilder b = new GraphBuilder("three");
    b.input("x", 3, 4, 4);
    b.initializer("dims", Tensor.ofLongs(new long[] {2}, new long[] {3, SHAPE.bytes()}));
    b.initializer("w", Tensor.ofFloats(new long[] {SHAPE.bytes(), 4}, weights));
    b.node("Reshape", "flat", List.of("x", "dims"), Map.of());
    b.node("MatMul", "y", List.of("flat", "w"), Map.of());
    b.output("y", 4);
    b.build(17).write(folder.resolve("three.onnx"));
    return OnnxModel.read(folder.resolve("three.onnx"));
  }

  private static float[][] logits(Judge judge, List<Picture> pictures) {
    float[][] all = new float[pictures.size()][];
    judge.judge(
        pictures, (first, logits) -> System.arraycopy(logits, 0, all, first, logits.length));
    return all;
  }

  @Test
  void theLastRunIsFilledUpAsOnTheHost() throws Exception {
    OnnxModel model = ofThree();
    assertEquals(3, model.batch());
    Preprocessing plain =
        new Preprocessing(
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            Preprocessing.Layout.NCHW,
            Preprocessing.ChannelOrder.RGB);
    Random random = new Random(6);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(folder.resolve("store")));
        Judge host = new HostJudge(model, plain, RuntimeProvider.cpu());
        Judge device =
            DeviceJudge.connect(
                "board", agent.address(), DeviceAccess.inTheClear(), model, plain)) {
      float[][] expected = logits(host, pictures);
      float[][] found = logits(device, pictures);
      for (int i = 0; i < PICTURES; i++) {
        // One matrix product in either, on other numbers of threads.
        assertArrayEquals(expected[i], found[i], 1e-4f, "picture " + i);
      }
    }
  }
}
