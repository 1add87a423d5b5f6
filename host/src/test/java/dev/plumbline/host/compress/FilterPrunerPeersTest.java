package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole models of torchvision, which {@code bench/peers/make.py} makes in the folder that
 * PLUMBLINE_PEERS names.
 */
class FilterPrunerPeersTest {
  private static final long[] DIMS = {1, 3, 224, 224};

  @ParameterizedTest
  @CsvSource({
    "resnet18-old, 0",
    "resnet18-new, 0",
    "vgg11-old, 0",
    "mobilenet_v2-old, 0",
    "mobilenet_v2-new, 0",
    "densenet121-old, 0",
    "squeezenet1_1-old, 1",
    "squeezenet1_1-new, 1"
  })
  void modelsOfTorchvisionBecomeSmaller(String name, int whole) {
    String folder = System.getenv("PLUMBLINE_PEERS");
    assumeTrue(folder != null, "PLUMBLINE_PEERS names no folder of models");
    Path file = Path.of(folder, name + ".onnx");
    assumeTrue(Files.exists(file), file + " is not there");
    OnnxModel model = OnnxModel.read(file);
    FilterPruning pruning = FilterPruner.prune(model, 0.3, DIMS);
    List<FilterPruning.Layer> kept =
        pruning.layers().stream().filter(layer -> layer.whole().isPresent()).toList();
    // The last layer of SqueezeNet makes the logits.
    assertEquals(whole, kept.size(), () -> "" + kept);
    assertTrue(
        pruning.after().multiplyAccumulates() < 0.75 * pruning.before().multiplyAccumulates());
    SilencedFilters oracle = new SilencedFilters(model, DIMS);
    oracle.assertEqual(pruning);
    oracle.assertNotOriginal(pruning);
  }
}
