package dev.plumbline.host.search;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeSession;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Searches on models of a few numbers, and what ONNX Runtime says of the same models. */
final class SearchFixture {
  static final int BYTES = TinyModels.SHAPE.bytes();
  static final Preprocessing PLAIN = preprocessing(Layout.NCHW, ChannelOrder.RGB);

  /** Pixels are the model's input as they are. */
  static final Preprocessing AS_PIXELS =
      new Preprocessing(
          List.of(0f, 0f, 0f),
          List.of(1 / 255f, 1 / 255f, 1 / 255f),
          Layout.NCHW,
          ChannelOrder.RGB);

  /** Collects, and counts the seeds that walk at the same time. */
  static final class BatchesSeen extends CollectedMutations {
    int mostWalking;

    @Override
    public void reached(Supplier<SearchState> state) {
      mostWalking = Math.max(mostWalking, state.get().walkers().size());
    }
  }

  /** Collects, and keeps where the search stood after its first step. */
  static final class FirstState extends CollectedMutations {
    SearchState state;
    List<MutatedPicture> untilState;

    @Override
    public void reached(Supplier<SearchState> reached) {
      if (state == null) {
        state = reached.get();
        untilState = List.copyOf(mutated);
      }
    }
  }

  private SearchFixture() {}

  static Preprocessing preprocessing(Layout layout, ChannelOrder order) {
    return new Preprocessing(
        List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), layout, order);
  }

  static SearchSettings settings(int steps, int batch, long randomSeed) {
    return TestSettings.of(
            steps, List.of(0.3f, 0.2f, 0.1f), SearchSettings.USUAL_EPSILON, randomSeed)
        .withBatch(OptionalInt.of(batch));
  }

  /** Searches on the CPU. */
  static CollectedMutations search(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchAlgorithm algorithm,
      SearchSettings settings) {
    CollectedMutations collected = new CollectedMutations();
    search(original, compressed, preprocessing, seeds, algorithm, settings, collected);
    return collected;
  }

  /** The same, and what is found goes into a sink. */
  static SearchOutcome search(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchAlgorithm algorithm,
      SearchSettings settings,
      MutationSink sink) {
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, TestDevice.device())) {
      return Search.run(
          o,
          c,
          preprocessing,
          seeds,
          TestSettings.with(settings, algorithm),
          sink,
          Progress.SILENT);
    }
  }

  /** By ONNX Runtime, the oracle, of one input. */
  static float[] logits(RuntimeSession session, float[] input) {
    long[] dims =
        session.model().graph().input().dims().stream().mapToLong(Long::longValue).toArray();
    dims[0] = 1;
    return session.logits(input, dims)[0];
  }

  static int label(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
