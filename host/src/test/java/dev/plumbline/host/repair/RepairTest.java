package dev.plumbline.host.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs of small models; ONNX Runtime says what they answer before and after. */
class RepairTest {
  private static final RepairSettings SETTINGS =
      new RepairSettings(RepairRecipe.COMPD, 8, 16, 0.01, 0, 1, false, 1);

  @TempDir Path temp;

  private final RepairFixture fixture = new RepairFixture();
  private final OnnxModel original = fixture.original;
  private final List<Picture> noise = RepairFixture.noise(96, 1);
  private final Dataset pictures = new UnlabelledPictures(noise, RepairFixture.CLASSES);

  private int disagreements(OnnxModel compressed) {
    return RepairFixture.differing(
        RepairFixture.labels(original, noise), RepairFixture.labels(compressed, noise));
  }

  private Corpus corpus(OnnxModel compressed) {
    return fixture.corpus(temp.resolve("corpus"), compressed, noise);
  }

  private OnnxModel repair(OnnxModel compressed) {
    return repair(compressed, SETTINGS);
  }

  private OnnxModel repair(OnnxModel compressed, RepairSettings settings) {
    return fixture
        .repair(compressed)
        .repair(corpus(compressed), pictures, settings, Progress.SILENT);
  }

  private OnnxModel int8() {
    return new Quantizer(Accelerator.CPU)
        .quantize(
            original,
            RepairFixture.PREPROCESSING,
            pictures,
            new QuantizationSettings(Calibration.MIN_MAX, 100, false),
            Progress.SILENT);
  }

  @Test
  void aRepairedPrunedModelAgreesMoreWithTheOriginalAndKeepsItsZeros() {
    OnnxModel pruned = Pruner.prune(original, 0.7);
    int before = disagreements(pruned);
    assertTrue(before > 8, "too few deviations to repair: " + before);
    OnnxModel repaired = repair(pruned);
    // Every deviation is in the corpus with the label of the original: half of them is modest.
    int after = disagreements(repaired);
    assertTrue(after <= before / 2, before + " deviations before the repair, " + after + " after");
    assertEquals(Pruner.sparsity(pruned), Pruner.sparsity(repaired));
  }

  @Test
  void distillationBringsAPrunedModelNearerToTheOriginal() {
    OnnxModel pruned = Pruner.prune(original, 0.7);
    int before = disagreements(pruned);
    OnnxModel repaired =
        repair(pruned, new RepairSettings(RepairRecipe.DISTILL, 8, 16, 0.6, 0.5, 2, false, 1));
    int after = disagreements(repaired);
    assertTrue(after <= before / 2, before + " deviations before the repair, " + after + " after");
    assertEquals(Pruner.sparsity(pruned), Pruner.sparsity(repaired));
  }

  @Test
  void matchingBringsOutputsNearerAndMarginsNotPastTheOriginals() {
    OnnxModel pruned = Pruner.prune(original, 0.7);
    List<Picture> others = RepairFixture.noise(96, 2);
    OnnxModel matched =
        repair(pruned, new RepairSettings(RepairRecipe.MATCH, 12, 16, 0.6, 0.3, 1, false, 1));
    // Pictures that no repair saw. Half the error is modest: pruning took most of the weights.
    double before = marginErrors(pruned, others).map(Math::abs).average().orElseThrow();
    double after = marginErrors(matched, others).map(Math::abs).average().orElseThrow();
    assertTrue(after < before / 2, before + " before, " + after + " after");
    double past = marginErrors(matched, others).average().orElseThrow();
    assertTrue(past < after / 2, "margins are larger by " + past + " of " + after);
  }

  /** How much larger a model's margin for the original's label is than the original's own. */
  private DoubleStream marginErrors(OnnxModel compressed, List<Picture> inputs) {
    float[][] theirs = RepairFixture.logits(original, inputs);
    float[][] ours = RepairFixture.logits(compressed, inputs);
    int[] labels = RepairFixture.labels(original, inputs);
    return IntStream.range(0, labels.length)
        .mapToDouble(i -> margin(ours[i], labels[i]) - margin(theirs[i], labels[i]));
  }

  private static double margin(float[] scores, int label) {
    double next = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < scores.length; c++) {
      next = c == label ? next : Math.max(next, scores[c]);
    }
    return scores[label] - next;
  }

  @Test
  void scalesOfQuantizedModelsAreTrainedWhereOutputsAreMatched() {
    RepairSettings match = RepairSettings.of(RepairRecipe.MATCH, int8(), 1, 0.1, 1);
    assertTrue(match.learnedScales());
    assertEquals(0.3, match.corpusShare());
    assertFalse(RepairSettings.of(RepairRecipe.MATCH, original, 1, 0.1, 1).learnedScales());
    assertFalse(RepairSettings.of(RepairRecipe.LOGITS, int8(), 1, 0.1, 1).learnedScales());
  }

  @Test
  void aRecipeThatDoesNotExistIsRefused() {
    Refusal.says(() -> RepairRecipe.parse("luck"), "'luck'", "logits, match, distill, compd");
  }

  @Test
  void aRepairedInt8ModelKeepsGraphAndScales() {
    OnnxModel quantized = int8();
    OnnxModel repaired = repair(quantized);
    assertEquals(
        quantized.proto().getGraph().getNodeList(), repaired.proto().getGraph().getNodeList());
    for (Node node : quantized.graph().nodes()) {
      if (node.is("QuantizeLinear") || node.is("DequantizeLinear")) {
        String scale = node.inputs().get(1);
        assertArrayEquals(
            quantized.graph().constants().get(scale).floats(),
            repaired.graph().constants().get(scale).floats(),
            scale);
      }
    }
  }

  @Test
  void aRepairWithLearnedScalesWritesThemIntoTheSameGraph() {
    OnnxModel quantized = int8();
    OnnxModel repaired =
        repair(quantized, new RepairSettings(RepairRecipe.LOGITS, 8, 16, 0.03, 0.5, 1, true, 1));
    assertEquals(
        quantized.proto().getGraph().getNodeList(), repaired.proto().getGraph().getNodeList());
    int changed = 0;
    for (Node node : quantized.graph().nodes()) {
      if (node.is("QuantizeLinear")) {
        String scale = node.inputs().get(1);
        float before = quantized.graph().constants().get(scale).floats()[0];
        float after = repaired.graph().constants().get(scale).floats()[0];
        assertTrue(after > 0, scale);
        changed += before == after ? 0 : 1;
      }
    }
    assertTrue(changed > 0, "no scale was learned");
  }

  @Test
  void aRepairedModelTellsWhereItComesFrom() {
    OnnxModel pruned = Pruner.prune(original, 0.7);
    OnnxModel repaired = repair(pruned);
    assertEquals(pruned.sha256(), repaired.metadata().get(Repair.PARENT));
    assertEquals(original.sha256(), repaired.metadata().get(Repair.ORIGINAL));
    assertEquals(
        Corpus.open(temp.resolve("corpus")).sha256(), repaired.metadata().get(Repair.CORPUS));
    assertTrue(repaired.metadata().containsKey(Provenance.TOOL_VERSION));
  }

  @Test
  void aCorpusOfOtherModelsRepairsNothing() {
    OnnxModel pruned = Pruner.prune(original, 0.7);
    Corpus corpus = corpus(pruned);
    Repair repair = fixture.repair(Pruner.prune(original, 0.5));
    Refusal.says(
        () -> repair.repair(corpus, pictures, SETTINGS, Progress.SILENT), "another", "SHA-256");
  }
}
