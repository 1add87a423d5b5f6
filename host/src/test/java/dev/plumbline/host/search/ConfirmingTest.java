package dev.plumbline.host.search;

import static dev.plumbline.host.search.ConfirmingFixture.deployed;
import static dev.plumbline.host.search.ConfirmingFixture.label;
import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.search.ConfirmingFixture.Answering;
import dev.plumbline.host.task.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches whose proxy is wrong on purpose; the judge's word is ONNX Runtime's, asked again. */
class ConfirmingTest {
  private static final OnnxModel ORIGINAL =
      TinyModels.classifier("original", "Relu", Layout.NCHW, 3);
  private static final OnnxModel COMPRESSED = TinyModels.compressed(ORIGINAL, 0.05, 4);
  private static final Dataset SEEDS = TinyModels.pictures(30, 11);

  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  private static SearchOutcome search(String algorithm, MutationSink sink, Optional<Judge> judge) {
    try (DifferentiableGraph o = DifferentiableGraph.frozen(ORIGINAL, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(COMPRESSED, TestDevice.device())) {
      return Search.resume(
          o,
          c,
          PLAIN,
          SEEDS,
          TestSettings.with(settings(15, 7, 1), SearchAlgorithms.byName(algorithm)),
          sink,
          Progress.SILENT,
          Optional.empty(),
          judge);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"boundary", "compd"})
  void whatIsEffectiveTheJudgeSeesDeviateToo(String algorithm) {
    Judge judge = deployed(TinyModels.compressed(ORIGINAL, 0.05, 5));
    CollectedMutations found = new CollectedMutations();
    SearchOutcome outcome = search(algorithm, found, Optional.of(judge));
    int refused = 0;
    for (MutatedPicture picture : found.mutated) {
      if (picture.pictureClass() == PictureClass.EFFECTIVE) {
        assertNotEquals(
            Label.of(picture.seedDecision()).number(),
            label(judge, (Picture) picture.picture()),
            picture.toString());
        assertTrue(picture.refused().isEmpty());
      }
      if (picture.refused().isPresent()) {
        refused++;
        assertEquals(PictureClass.VALID, picture.pictureClass());
        assertEquals(
            Label.of(picture.seedDecision()).number(), label(judge, (Picture) picture.picture()));
        assertNotEquals(
            Label.of(picture.seedDecision()).number(),
            Label.of(picture.refused().get().decision().orElseThrow()).number());
        assertTrue(picture.compressedMargin() >= 0, "margin " + picture.compressedMargin());
      }
    }
    assertTrue(refused > 0, "nothing was refused");
    assertEquals(refused, outcome.refused());
    assertTrue(outcome.effective() > 0, "nothing was found");
  }

  /** A walk goes on where its first find is refused, with the margin that the judge has. */
  @Test
  void mostWalksOfBoundaryFindWhatTheJudgeConfirms() {
    CollectedMutations alone = new CollectedMutations();
    int byProxy = search("boundary", alone, Optional.empty()).seedsWithDeviation();
    Judge judge = deployed(TinyModels.compressed(ORIGINAL, 0.05, 5));
    long falseAlarms =
        alone.mutated.stream()
            .filter(m -> m.pictureClass() == PictureClass.EFFECTIVE)
            .filter(m -> label(judge, (Picture) m.picture()) == Label.of(m.seedDecision()).number())
            .count();
    int confirmed =
        search("boundary", new CollectedMutations(), Optional.of(judge)).seedsWithDeviation();
    assertTrue(
        confirmed > byProxy - falseAlarms,
        confirmed + " seeds, of " + byProxy + " by the proxy, " + falseAlarms + " false alarms");
  }

  /** The judge that is the proxy changes nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"boundary", "compd"})
  void aJudgeOfTheProxysOpinionLeavesAllAsItWas(String algorithm) {
    CollectedMutations alone = new CollectedMutations();
    search(algorithm, alone, Optional.empty());
    CollectedMutations judged = new CollectedMutations();
    SearchOutcome outcome = search(algorithm, judged, Optional.of(deployed(COMPRESSED)));
    assertEquals(0, outcome.refused());
    assertEquals(alone.mutated, judged.mutated);
  }

  @Test
  void onlyWhatTheProxyCallsEffectiveIsAskedAboutInAWalk() {
    List<Integer> asked = new ArrayList<>();
    CollectedMutations found = new CollectedMutations();
    Judge none =
        new Answering(
            pictures -> {
              asked.add(pictures.size());
              float[][] logits = new float[pictures.size()][TinyModels.CLASSES];
              for (float[] row : logits) {
                Arrays.fill(row, 1f);
              }
              return logits;
            });
    // All logits are equal: the label is 0, whatever the picture.
    SearchOutcome outcome = search("compd", found, Optional.of(none));
    long candidates = outcome.effective() + outcome.refused();
    assertEquals(candidates, asked.stream().mapToInt(Integer::intValue).sum());
    assertTrue(candidates > 0 && candidates < outcome.mutated(), candidates + " candidates");
  }

  @Test
  void aJudgeWhoseLogitsAreNoNumbersIsRefused() {
    Judge broken =
        new Answering(
            pictures -> {
              float[][] logits = new float[pictures.size()][TinyModels.CLASSES];
              logits[0][1] = Float.NaN;
              return logits;
            });
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> search("boundary", new CollectedMutations(), Optional.of(broken)));
    assertTrue(refused.getMessage().contains("not a number for class 1"), refused.getMessage());
  }
}
