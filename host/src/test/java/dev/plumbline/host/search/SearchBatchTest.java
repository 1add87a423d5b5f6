package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.memory.TestBudget;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchBatchTest {
  private static final long GIB = 1L << 30;
  private static final SearchSettings SETTINGS =
      new SearchSettings(10, 0.9, List.of(0.3f, 0.2f, 0.1f), 20, SearchSettings.USUAL_EPSILON, 5);

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
        new SearchSettings(10, 0.9, List.of(0.3f, 0.2f, 0.1f), 20, SearchSettings.USUAL_EPSILON, 5);
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
          SearchAlgorithms.byName("boundary"),
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
