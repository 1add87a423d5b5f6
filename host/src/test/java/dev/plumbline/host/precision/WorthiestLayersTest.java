package dev.plumbline.host.precision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorthiestLayersTest {
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);

  /** Random pixels. */
  private record Noise(int size) implements Dataset {
    @Override
    public PictureShape shape() {
      return new PictureShape(1, 8, 8);
    }

    @Override
    public Picture picture(int index) {
      byte[] pixels = new byte[64];
      new Random(index).nextBytes(pixels);
      return new Picture(shape(), pixels);
    }

    @Override
    public int label(int index) {
      return 0;
    }

    @Override
    public String name(int index) {
      return "noise " + index;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c", "d");
    }
  }

  private static final Noise PICTURES = new Noise(40);

  private static OnnxModel model(String name) throws IOException {
    try (InputStream in = WorthiestLayersTest.class.getResourceAsStream("/precision/" + name)) {
      return OnnxModel.parse(name, in.readAllBytes());
    }
  }

  @Test
  void eachSetHasTheLayersOfTheOneBeforeAndIsNearerToTheOriginal() throws IOException {
    OnnxModel original = model("float.onnx");
    CompressedLayers layers = CompressedLayers.of(model("int8.onnx"), original);
    CleanError.Reference reference =
        new CleanError.Reference(original, PICTURES, PLAIN, RuntimeProvider.cpu(), Progress.SILENT);
    WorthiestLayers worthiest =
        new WorthiestLayers(layers, reference, PLAIN, PICTURES, Progress.SILENT);
    // However long they take: which sets come, latency says; that they are sound, it does not.
    List<List<String>> sets = worthiest.find(Double.POSITIVE_INFINITY);
    assertFalse(sets.isEmpty());
    double error = reference.of("int8", layers.compressed()).margin();
    List<String> before = List.of();
    for (List<String> set : sets) {
      assertTrue(set.containsAll(before) && set.size() > before.size(), sets.toString());
      double with = reference.of("set", layers.inFloatPassing(set)).margin();
      assertTrue(with < error, set + ": " + with + " after " + error);
      error = with;
      before = set;
    }
    List<String> all = List.copyOf(layers.operators().keySet());
    assertEquals(
        all.stream().filter(before::contains).toList(), before, "in the order of computation");
  }
}
