package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {
  private static final int BYTES = TinyModels.SHAPE.bytes();
  private static final Preprocessing PLAIN = preprocessing(Layout.NCHW, ChannelOrder.RGB);

  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  private static Preprocessing preprocessing(Layout layout, ChannelOrder order) {
    return new Preprocessing(
        List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), layout, order);
  }

  private static SearchSettings settings(int steps, int batch, long randomSeed) {
    return new SearchSettings(
        steps, 0.9, List.of(0.3f, 0.2f, 0.1f), 20, SearchSettings.USUAL_EPSILON, batch, randomSeed);
  }

  private static class Collected implements MutationSink {
    final List<Integer> seeds = new ArrayList<>();
    final List<Integer> labels = new ArrayList<>();
    final List<MutatedPicture> mutated = new ArrayList<>();
    SearchOutcome outcome;

    @Override
    public void seed(int index, Picture seed, int label, float confidence) {
      seeds.add(index);
      labels.add(label);
    }

    @Override
    public void mutated(MutatedPicture picture) {
      mutated.add(picture);
    }

    MutatedPicture of(int seed, int step) {
      return mutated.stream()
          .filter(m -> m.seed() == seed && m.step() == step)
          .findFirst()
          .orElseThrow();
    }
  }

  private static Collected search(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchAlgorithm algorithm,
      SearchSettings settings) {
    Collected collected = new Collected();
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, Device.cpu());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, Device.cpu())) {
      collected.outcome =
          Search.run(o, c, preprocessing, seeds, algorithm, settings, collected, Progress.SILENT);
    }
    return collected;
  }

  private static float[] logits(RuntimeSession session, float[] input) {
    long[] dims =
        session.model().graph().input().dims().stream().mapToLong(Long::longValue).toArray();
    dims[0] = 1;
    return session.logits(input, dims)[0];
  }

  private static int label(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Both models agree on the seed's class far from ties, so that rounding decides nothing. */
  private static boolean clear(float[] logits) {
    float[] sorted = logits.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2] > 1e-4;
  }

  /**
   * The oracle walks the same seed with central differences of the logits that ONNX Runtime gives.
   * Those of a smooth float32 model are good to some 1e-4, which is 0.006 of a pixel's step: pixels
   * are equal but where a value lies that near to the middle of two, and then one apart.
   */
  @ParameterizedTest
  @CsvSource({"NCHW,RGB", "NCHW,BGR", "NHWC,RGB", "NHWC,BGR"})
  void stepsGoDownTheDifferenceOfLogitsAndAreClippedPerChannel(Layout layout, ChannelOrder order) {
    OnnxModel original = TinyModels.classifier("original", "Tanh", layout, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Preprocessing preprocessing = preprocessing(layout, order);
    Dataset seeds = TinyModels.pictures(3, 5);
    Collected found =
        search(original, compressed, preprocessing, seeds, new Compd(), settings(3, 2, 1));

    float[] bounds = {0.3f, 0.2f, 0.1f};
    int clipped = 0;
    int free = 0;
    int unequal = 0;
    try (RuntimeSession o = RuntimeSession.open(original, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(compressed, RuntimeProvider.cpu())) {
      for (int seed = 0; seed < seeds.size(); seed++) {
        float[] x = new float[BYTES];
        preprocessing.toInput(seeds.picture(seed), x, 0);
        for (int step = 1; step <= 3; step++) {
          int r = label(logits(o, x));
          float[] next = x.clone();
          for (int i = 0; i < BYTES; i++) {
            int modelChannel = layout == Layout.NCHW ? i / 16 : i % 3;
            float bound = bounds[preprocessing.pictureChannel(modelChannel)];
            double change = -0.9 * slope(o, c, r, x, i);
            clipped += Math.abs(change) > bound ? 1 : 0;
            free += Math.abs(change) < bound ? 1 : 0;
            next[i] += (float) Math.max(-bound, Math.min(bound, change));
          }
          x = next;
          byte[] expected = preprocessing.toPicture(TinyModels.SHAPE, x, 0).pixels();
          byte[] actual = found.of(seed, step).picture().pixels();
          for (int i = 0; i < BYTES; i++) {
            int apart = Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
            assertTrue(apart <= 1, "seed " + seed + " step " + step + " pixel " + i);
            unequal += apart;
          }
        }
      }
    }
    assertTrue(clipped > 20 && free > 20, clipped + " clipped, " + free + " not");
    assertTrue(unequal <= 9, unequal + " of " + 9 * BYTES + " pixels differ");
  }

  /** Derivative of the loss of algorithm 1. */
  private static double slope(RuntimeSession o, RuntimeSession c, int r, float[] x, int at) {
    float h = 0.02f;
    float[] up = x.clone();
    float[] down = x.clone();
    up[at] += h;
    down[at] -= h;
    double width = (double) up[at] - down[at];
    double ofOriginal = ((double) logits(o, up)[r] - logits(o, down)[r]) / width;
    double ofCompressed = ((double) logits(c, up)[r] - logits(c, down)[r]) / width;
    return -(ofOriginal - ofCompressed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compd", "compd-coverage"})
  void everyMutatedPictureIsClassedAsOnnxRuntimeClassesIt(String algorithm) {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.compressed(original, 0.06, 8);
    Dataset seeds = TinyModels.pictures(40, 9);
    Collected found =
        search(
            original,
            compressed,
            PLAIN,
            seeds,
            SearchAlgorithms.byName(algorithm),
            settings(5, 16, 1));

    int judged = 0;
    int disagreeing = 0;
    int[] classes = new int[PictureClass.values().length];
    try (RuntimeSession o = RuntimeSession.open(original, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(compressed, RuntimeProvider.cpu())) {
      int[] seedLabels = new int[seeds.size()];
      for (int seed = 0; seed < seeds.size(); seed++) {
        float[] input = new float[BYTES];
        PLAIN.toInput(seeds.picture(seed), input, 0);
        seedLabels[seed] = label(logits(o, input));
        disagreeing += seedLabels[seed] == label(logits(c, input)) ? 0 : 1;
      }
      for (MutatedPicture m : found.mutated) {
        classes[m.pictureClass().ordinal()]++;
        float[] input = new float[BYTES];
        PLAIN.toInput(m.picture(), input, 0);
        float[] byOriginal = logits(o, input);
        float[] byCompressed = logits(c, input);
        if (clear(byOriginal) && clear(byCompressed)) {
          judged++;
          assertEquals(seedLabels[m.seed()], m.seedLabel());
          assertEquals(label(byOriginal), m.originalLabel());
          assertEquals(label(byCompressed), m.compressedLabel());
          PictureClass expected =
              m.originalLabel() != m.seedLabel()
                  ? PictureClass.INVALID
                  : m.compressedLabel() != m.seedLabel()
                      ? PictureClass.EFFECTIVE
                      : PictureClass.VALID;
          assertEquals(expected, m.pictureClass());
          // float32 logits of some units are good to 1e-5.
          assertEquals(softmax(byOriginal, m.originalLabel()), m.originalConfidence(), 1e-5);
          assertEquals(softmax(byCompressed, m.compressedLabel()), m.compressedConfidence(), 1e-5);
        }
        assertDistances(seeds.picture(m.seed()), m);
      }
    }
    assertTrue(judged > 190, judged + " of 200 judged");
    assertTrue(classes[PictureClass.EFFECTIVE.ordinal()] > 0, "no effective picture to judge");
    assertTrue(classes[PictureClass.VALID.ordinal()] > 0, "no valid picture to judge");
    SearchOutcome outcome = found.outcome;
    assertEquals(40, outcome.seeds());
    assertEquals(200, outcome.mutated());
    assertEquals(classes[PictureClass.EFFECTIVE.ordinal()], outcome.effective());
    assertEquals(classes[PictureClass.VALID.ordinal()], outcome.valid());
    assertEquals(classes[PictureClass.INVALID.ordinal()], outcome.invalid());
    assertEquals(disagreeing, outcome.naturalDeviations());
    List<MutatedPicture> effective =
        found.mutated.stream().filter(m -> m.pictureClass() == PictureClass.EFFECTIVE).toList();
    assertEquals(
        effective.stream().map(MutatedPicture::seed).distinct().count(),
        outcome.seedsWithDeviation());
    assertEquals(
        effective.stream().mapToDouble(MutatedPicture::rms).average().orElseThrow(),
        outcome.meanRms(),
        1e-12);
  }

  private static double softmax(float[] logits, int at) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[at]);
    }
    return 1 / sum;
  }

  private static void assertDistances(Picture seed, MutatedPicture m) {
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < BYTES; i++) {
      double change = ((m.picture().pixels()[i] & 0xff) - (seed.pixels()[i] & 0xff)) / 255.0;
      squares += change * change;
      largest = Math.max(largest, Math.abs(change));
    }
    // Whole numbers below 2^24 are exact in float32, so that only the root rounds.
    assertEquals(Math.sqrt(squares / BYTES), m.rms(), 1e-9);
    assertEquals(largest, m.linf(), 1e-9);
  }

  @Test
  void theSameRandomSeedGivesTheSamePicturesAndAnotherGivesOthers() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.compressed(original, 0.06, 8);
    Dataset seeds = TinyModels.pictures(9, 10);
    SearchAlgorithm algorithm = new CompdCoverage();
    List<MutatedPicture> first =
        search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 1)).mutated;
    assertEquals(36, first.size());
    assertEquals(
        first, search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 1)).mutated);
    assertNotEquals(
        first, search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 2)).mutated);
  }

  @Test
  void aSeedThatIsDoneLeavesAndAnotherTakesItsPlace() {
    OnnxModel original = TinyModels.classifier("original", "Tanh", Layout.NCHW, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Dataset seeds = TinyModels.pictures(7, 11);
    SearchAlgorithm impatient =
        new SearchAlgorithm() {
          @Override
          public String id() {
            return "impatient";
          }

          @Override
          public Objective objective(OnnxModel o, OnnxModel c, SearchSettings settings) {
            return new Compd().objective(o, c, settings);
          }

          @Override
          public boolean isDone(MutatedPicture latest, SearchSettings settings) {
            return latest.step() == 1 + latest.seed() % 3;
          }
        };
    Collected whole = search(original, compressed, PLAIN, seeds, new Compd(), settings(3, 1, 1));
    Collected early = search(original, compressed, PLAIN, seeds, impatient, settings(3, 3, 1));
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), early.seeds);
    assertEquals(1 + 2 + 3 + 1 + 2 + 3 + 1, early.mutated.size());
    assertEquals(
        List.of(0, 1, 2, 1, 2, 3, 2, 4, 5),
        early.mutated.stream().limit(9).map(MutatedPicture::seed).toList());
    for (MutatedPicture m : early.mutated) {
      // Batches of other sizes may sum in another order and round one pixel otherwise.
      byte[] alone = whole.of(m.seed(), m.step()).picture().pixels();
      for (int i = 0; i < BYTES; i++) {
        assertEquals(alone[i] & 0xff, m.picture().pixels()[i] & 0xff, 1);
      }
    }
  }

  /** What comes after each state is what a search makes that begins with it. */
  @ParameterizedTest
  @ValueSource(strings = {"boundary", "compd", "compd-coverage"})
  void aSearchGoesOnFromEveryStateAsIfItHadNotStopped(String algorithm) {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Dataset seeds = TinyModels.pictures(9, 11);
    SearchSettings settings = settings(4, 3, 1);
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, Device.cpu());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, Device.cpu())) {
      SearchAlgorithm chosen = SearchAlgorithms.byName(algorithm);
      List<byte[]> states = new ArrayList<>();
      List<Integer> made = new ArrayList<>();
      Collected whole =
          new Collected() {
            @Override
            public void reached(Supplier<SearchState> state) {
              states.add(state.get().write());
              made.add(mutated.size());
            }
          };
      SearchOutcome all = Search.run(o, c, PLAIN, seeds, chosen, settings, whole, Progress.SILENT);
      assertTrue(states.size() > 4, states.size() + " states");
      for (int i = 0; i < states.size(); i++) {
        Collected rest = new Collected();
        Optional<SearchState> from = Optional.of(SearchState.read(states.get(i)));
        SearchOutcome end =
            Search.resume(o, c, PLAIN, seeds, chosen, settings, rest, Progress.SILENT, from);
        assertEquals(whole.mutated.subList(made.get(i), whole.mutated.size()), rest.mutated);
        assertEquals(without(all), without(end));
      }
    }
  }

  /** All but the clock. */
  private static SearchOutcome without(SearchOutcome o) {
    return new SearchOutcome(
        o.seeds(),
        o.naturalDeviations(),
        o.mutated(),
        o.effective(),
        o.valid(),
        o.invalid(),
        o.seedsWithDeviation(),
        o.meanRms(),
        o.meanLinf(),
        0);
  }

  @Test
  void aStateThatIsCutShortIsRefused() {
    byte[] state =
        new SearchState(
                1,
                List.of(new SearchState.Walker(0, 2, 1, true)),
                new float[] {1, 2},
                SearchState.Found.NOTHING)
            .write();
    assertEquals(2, SearchState.read(state).inputs()[1]);
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> SearchState.read(java.util.Arrays.copyOf(state, state.length - 1)));
    assertTrue(refused.getMessage().contains("cut short"), refused.getMessage());
  }

  /** A linear layer of two neurons on one pixel each, then a linear layer of two classes. */
  private static OnnxModel neurons(String name, float bias) {
    GraphBuilder graph = new GraphBuilder(name);
    String input = graph.input("input", 3, 4, 4);
    String flat = graph.node("Flatten", "flat", List.of(input), Map.of());
    float[] weights = new float[BYTES * 2];
    weights[0] = 0.002f;
    weights[2 + 1] = 0.004f;
    graph.initializer("w", Tensor.ofFloats(new long[] {BYTES, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, bias, 1));
    String before = graph.node("Gemm", "before", List.of(flat, "w", "b"), Map.of());
    String relu = graph.node("Relu", "relu", List.of(before), Map.of());
    graph.initializer("v", Tensor.ofFloats(new long[] {2, 2}, 1, 0, 0, 1));
    graph.output(graph.node("MatMul", "logits", List.of(relu, "v"), Map.of()), 2);
    return graph.build();
  }

  /**
   * By hand: neuron 0 alone is active in the original (bias 0.5) and not in the compressed model
   * (bias -0.5), on weights that no pixel can outweigh. The label is 1, whose logits are the same,
   * so the loss is -20 times neuron 0's pre-activation; its slope at pixel 0 is -0.04 and the step
   * 0.036 in normalised units, that is 0.036 * 0.229 * 255 = 2.10 of a pixel.
   */
  @Test
  void coverageRaisesTheNeuronThatTheCompressedModelLost() {
    Dataset seeds = TinyModels.pictures(6, 12);
    OnnxModel original = neurons("original", 0.5f);
    Collected coverage =
        search(
            original,
            neurons("compressed", -0.5f),
            PLAIN,
            seeds,
            new CompdCoverage(),
            settings(1, 4, 1));
    int moved = 0;
    for (MutatedPicture m : coverage.mutated) {
      byte[] seed = seeds.picture(m.seed()).pixels();
      assertEquals(Math.min(255, (seed[0] & 0xff) + 2), m.picture().pixels()[0] & 0xff, "pixel 0");
      moved++;
      for (int i = 1; i < BYTES; i++) {
        assertEquals(seed[i], m.picture().pixels()[i], "pixel " + i);
      }
    }
    assertEquals(6, moved);
  }

  @Test
  void coverageWithoutSuchANeuronGoesByAlgorithm1() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    Map<String, Tensor> other =
        Map.of("c", Tensor.ofFloats(new long[] {4}, 0.4f, -0.1f, 0.2f, -0.3f));
    // Only the last layer differs: every neuron is active in both or in none.
    OnnxModel compressed =
        TinyModels.compressed(original, 0.1, 8)
            .withConstants(
                Map.of(
                    "w", original.graph().constants().get("w"),
                    "b", original.graph().constants().get("b")))
            .withConstants(other);
    Dataset seeds = TinyModels.pictures(4, 13);
    List<MutatedPicture> plain =
        search(original, compressed, PLAIN, seeds, new Compd(), settings(2, 4, 1)).mutated;
    assertFalse(plain.isEmpty());
    assertTrue(plain.stream().anyMatch(m -> m.rms() > 0), "nothing moved");
    assertEquals(
        plain,
        search(original, compressed, PLAIN, seeds, new CompdCoverage(), settings(2, 4, 1)).mutated);
  }

  @Test
  void coverageRefusesAModelWithoutReluNodes() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.classifier("smooth", "Tanh", Layout.NCHW, 7);
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () ->
                search(
                    original,
                    compressed,
                    PLAIN,
                    TinyModels.pictures(1, 1),
                    new CompdCoverage(),
                    settings(1, 1, 1)));
    assertTrue(refused.getMessage().contains("smooth has 0 Relu nodes"), refused.getMessage());
  }

  @Test
  void anUnknownAlgorithmIsRefusedWithTheNamesThereAre() {
    BadInputException refused =
        assertThrows(BadInputException.class, () -> SearchAlgorithms.byName("luck"));
    assertEquals(
        "search algorithm 'luck' does not exist, expected one of boundary, compd, compd-coverage",
        refused.getMessage());
  }

  @Test
  void aClipOfOtherChannelsIsRefused() {
    OnnxModel model = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    SearchSettings grey =
        new SearchSettings(1, 0.9, List.of(0.1f), 20, SearchSettings.USUAL_EPSILON, 1, 0);
    assertThrows(
        BadInputException.class,
        () -> search(model, model, PLAIN, TinyModels.pictures(1, 1), new Compd(), grey));
  }
}
