package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchFixture.BYTES;
import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.logits;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.search.SearchAlgorithm.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an algorithm without gradients is shown. ONNX Runtime is the oracle. */
class ProposalTest {
  private static final OnnxModel ORIGINAL =
      TinyModels.classifier("original", "Tanh", Layout.NCHW, 3);
  private static final OnnxModel COMPRESSED = TinyModels.compressed(ORIGINAL, 0.05, 4);
  private static final Dataset SEEDS = TinyModels.pictures(7, 11);

  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  /** A picture and what the algorithm was told of it. */
  private record Shown(Picture picture, Answers answers) {}

  /** Makes each picture one step brighter where it can, and keeps what it was shown. */
  private static final class Brighter implements SearchAlgorithm {
    final List<List<Shown>> steps = new ArrayList<>();

    @Override
    public String id() {
      return "brighter";
    }

    @Override
    public Proposal movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
      return seen -> {
        List<Picture> pictures = ArrayPreprocessing.download(seen.pictures());
        List<Shown> shown = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
          shown.add(new Shown(pictures.get(i), seen.answers().get(i)));
        }
        steps.add(shown);
        NDArray next = seen.pictures().add(1);
        return next.minimum(255);
      };
    }
  }

  private static CollectedMutations search(
      Brighter algorithm, Optional<SearchState> from, CollectedMutations sink) {
    try (DifferentiableGraph o = DifferentiableGraph.frozen(ORIGINAL, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(COMPRESSED, TestDevice.device())) {
      Search.resume(
          o,
          c,
          PLAIN,
          SEEDS,
          TestSettings.with(settings(4, 3, 1), algorithm),
          sink,
          Progress.SILENT,
          from,
          Optional.empty());
    }
    return sink;
  }

  @Test
  void aProposalSeesTheLastPictureOfEachWalkWithWhatBothModelsGaveForIt() {
    Brighter algorithm = new Brighter();
    CollectedMutations found = search(algorithm, Optional.empty(), new CollectedMutations());
    assertEquals(7 * 4, found.mutated.size());
    List<Shown> shown = algorithm.steps.stream().flatMap(List::stream).toList();
    assertEquals(7 * 4, shown.size());
    try (RuntimeSession o = RuntimeSession.open(ORIGINAL, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(COMPRESSED, RuntimeProvider.cpu())) {
      for (int i = 0; i < shown.size(); i++) {
        MutatedPicture made = found.mutated.get(i);
        Picture last =
            made.step() == 1
                ? SEEDS.picture(made.seed())
                : (Picture) found.of(made.seed(), made.step() - 1).picture();
        assertEquals(last, shown.get(i).picture());
        float[] input = new float[BYTES];
        PLAIN.toInput(last, input, 0);
        // float32 sums of 80 products.
        assertArrayEquals(logits(o, input), shown.get(i).answers().original(), 1e-4f);
        assertArrayEquals(logits(c, input), shown.get(i).answers().compressed(), 1e-4f);
      }
    }
  }

  @Test
  void whatIsProposedIsThePictureThatIsClassed() {
    CollectedMutations found = search(new Brighter(), Optional.empty(), new CollectedMutations());
    for (MutatedPicture m : found.mutated) {
      byte[] seed = SEEDS.picture(m.seed()).pixels();
      for (int i = 0; i < BYTES; i++) {
        assertEquals(Math.min(255, (seed[i] & 0xff) + m.step()), m.picture().bytes()[i] & 0xff);
      }
    }
  }

  @Test
  void aProposalOfASearchThatGoesOnIsShownTheSame() {
    SearchFixture.FirstState whole = new SearchFixture.FirstState();
    Brighter before = new Brighter();
    search(before, Optional.empty(), whole);
    Brighter after = new Brighter();
    SearchState state = SearchState.read(whole.state.write());
    search(after, Optional.of(state), new CollectedMutations());
    assertEquals(before.steps.size() - 1, after.steps.size());
    for (int step = 0; step < after.steps.size(); step++) {
      List<Shown> expected = before.steps.get(step + 1);
      List<Shown> found = after.steps.get(step);
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertEquals(expected.get(i).picture(), found.get(i).picture());
        assertArrayEquals(expected.get(i).answers().original(), found.get(i).answers().original());
        assertArrayEquals(
            expected.get(i).answers().compressed(), found.get(i).answers().compressed());
      }
    }
  }
}
