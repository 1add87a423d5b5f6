package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.memory.TestBudget;
import dev.plumbline.host.memory.TestPeak;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchBatchTest {
  private static final long GIB = 1L << 30;
  private static final SearchSettings SETTINGS =
      TestSettings.of(10, List.of(0.3f, 0.2f, 0.1f), SearchSettings.USUAL_EPSILON, 5);

  @Test
  void aBatchTakesTwoFifthsOfTheFreeMemory() {
    assertEquals(400, SearchBatch.fitting(10 * GIB, GIB / 100, 64 * GIB, 3072));
  }

  @Test
  void aBatchHasAtLeastOnePictureAndAtMostTwoThousand() {
    assertEquals(1, SearchBatch.fitting(GIB, 2 * GIB, 64 * GIB, 3072));
    assertEquals(2048, SearchBatch.fitting(80 * GIB, 1, 64 * GIB, 3072));
    // A pass that took nothing measurable.
    assertEquals(2048, SearchBatch.fitting(80 * GIB, 0, 64 * GIB, 3072));
  }

  @Test
  void largePicturesFitIntoJavasHeapToo() {
    int bytes = 3 * 224 * 224;
    assertEquals(2 * GIB / 32 / bytes, SearchBatch.fitting(80 * GIB, 1 << 20, 2 * GIB, bytes));
  }

  /** 200 KiB hold a few of these pictures with what a step makes of them, and not all 40. */
  @Test
  void aSearchWithLittleMemoryFindsTheSamePictures(@TempDir Path folder) throws IOException {
    OnnxModel original = TinyModels.classifier("original", "Sigmoid", Layout.NCHW, 1);
    OnnxModel compressed = TinyModels.compressed(original, 0.2, 2);
    Dataset seeds = TinyModels.pictures(40, 3);
    SearchAlgorithm boundary = SearchAlgorithms.byName("boundary");
    SearchSettings settings =
        TestSettings.of(10, List.of(0.3f, 0.2f, 0.1f), SearchSettings.USUAL_EPSILON, 5);
    SearchFixture.BatchesSeen ample = new SearchFixture.BatchesSeen();
    SearchFixture.search(
        original, compressed, SearchFixture.PLAIN, seeds, boundary, SETTINGS, ample);
    SearchFixture.BatchesSeen little = new SearchFixture.BatchesSeen();
    TestBudget.leaving(
        folder,
        200,
        () ->
            SearchFixture.search(
                original, compressed, SearchFixture.PLAIN, seeds, boundary, SETTINGS, little));
    assertTrue(
        little.mostWalking >= 1 && little.mostWalking < ample.mostWalking / 2,
        little.mostWalking + " walk together and " + ample.mostWalking);
    assertEquals(inOrder(ample.mutated), inOrder(little.mutated));
  }

  /** The oracle is Linux. */
  @ParameterizedTest
  @ValueSource(strings = {"int8", "pruned"})
  void aSearchTakesWhatIsMeasuredOfOnePicture(String name) {
    int together = 128;
    Path models = Path.of("..", "models").toAbsolutePath();
    OnnxModel first = OnnxModel.read(models.resolve("fashion-mnist-resnet8.onnx"));
    OnnxModel second = OnnxModel.read(models.resolve("fashion-mnist-resnet8-" + name + ".onnx"));
    Preprocessing preprocessing = PreprocessingMetadata.read(first).orElseThrow();
    Dataset seeds =
        Datasets.open(models.resolve("fashion-mnist-sample"), Split.TEST, Range.of(0, together));
    try (DifferentiableGraph original =
            DifferentiableGraph.frozen(first, Accelerator.CPU.torchDevice());
        DifferentiableGraph compressed =
            DifferentiableGraph.frozen(second, Accelerator.CPU.torchDevice());
        NDManager manager = DeviceArrays.owner()) {
      MemoryNeed need =
          new SearchBatch(
                  original,
                  compressed,
                  new ArrayPreprocessing(manager, original.device(), preprocessing))
              .need(seeds.picture(0));
      SearchSettings settings =
          TestSettings.of(3, List.of(0.1f), SearchSettings.USUAL_EPSILON, 5)
              .withBatch(OptionalInt.of(together));
      TestPeak.assertFits(
          need,
          together,
          () ->
              Search.run(
                  original,
                  compressed,
                  preprocessing,
                  seeds,
                  settings,
                  new CollectedMutations(),
                  Progress.SILENT));
    }
  }

  @Test
  void aSearchThatWasCutOffGoesOnWithLessMemory(@TempDir Path folder) throws IOException {
    OnnxModel original = TinyModels.classifier("original", "Sigmoid", Layout.NCHW, 1);
    OnnxModel compressed = TinyModels.compressed(original, 0.2, 2);
    Dataset seeds = TinyModels.pictures(40, 3);
    SearchFixture.FirstState cut = new SearchFixture.FirstState();
    SearchFixture.search(
        original,
        compressed,
        SearchFixture.PLAIN,
        seeds,
        SearchAlgorithms.byName("boundary"),
        SETTINGS,
        cut);
    assertTrue(cut.state.walkers().size() > 12, cut.state.walkers().size() + " walked together");
    SearchFixture.BatchesSeen rest = new SearchFixture.BatchesSeen();
    TestBudget.leaving(
        folder, 200, () -> goOn(original, compressed, seeds, cut.state.write(), rest));
    List<MutatedPicture> all = new ArrayList<>(cut.untilState);
    all.addAll(rest.mutated);
    assertEquals(inOrder(cut.mutated), inOrder(all));
  }

  private static void goOn(
      OnnxModel original, OnnxModel compressed, Dataset seeds, byte[] state, MutationSink sink) {
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, TestDevice.device())) {
      Search.resume(
          o,
          c,
          SearchFixture.PLAIN,
          seeds,
          SETTINGS,
          sink,
          Progress.SILENT,
          Optional.of(SearchState.read(state)),
          Optional.empty());
    }
  }

  private static List<String> inOrder(List<MutatedPicture> found) {
    return found.stream()
        .sorted(Comparator.comparing(MutatedPicture::seed).thenComparing(MutatedPicture::step))
        .map(m -> m.seed() + " " + m.step() + " " + m.pictureClass() + " " + m.picture())
        .toList();
  }
}
