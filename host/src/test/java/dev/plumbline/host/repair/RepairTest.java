package dev.plumbline.host.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.train.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs of small models; ONNX Runtime says what they answer before and after. */
class RepairTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of(0.5f), List.of(0.3f), Layout.NCHW, ChannelOrder.RGB);
  private static final RepairSettings SETTINGS =
      new RepairSettings(RepairRecipe.COMPD, 8, 16, 0.01, 0, 1, false, 1);

  @TempDir Path temp;

  private final OnnxModel original = Architecture.parse("resnet8").build(SHAPE, 3, 1);
  private final Dataset pictures = noise(96);

  private static int[] labels(OnnxModel model, Dataset pictures) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PREPROCESSING, RuntimeProvider.cpu())) {
      return Logits.labels(classifier.logits(pictures, (done, note) -> {}));
    }
  }

  private int disagreements(OnnxModel compressed) {
    int[] ours = labels(original, pictures);
    int[] theirs = labels(compressed, pictures);
    int differing = 0;
    for (int i = 0; i < ours.length; i++) {
      differing += ours[i] == theirs[i] ? 0 : 1;
    }
    return differing;
  }

  /** All pictures, each as a mutation of itself, classed by what the two models say. */
  private Corpus corpus(OnnxModel compressed) {
    int[] ours = labels(original, pictures);
    int[] theirs = labels(compressed, pictures);
    CorpusOrigin origin =
        new CorpusOrigin(
            original.sha256(),
            compressed.sha256(),
            PREPROCESSING,
            SHAPE,
            pictures.classNames(),
            Map.of("algorithm", "compd", "steps", 1, "random_seed", 1, "data", "noise"));
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("corpus"), origin)) {
      for (int i = 0; i < pictures.size(); i++) {
        Picture picture = pictures.picture(i);
        CorpusInput input =
            CorpusInput.found(
                i,
                1,
                ours[i],
                ours[i],
                theirs[i],
                0.5f,
                0.5f,
                PictureDistance.between(picture, picture));
        writer.seed(i, picture);
        writer.add(input, picture);
        inputs.add(input);
      }
      writer.finish(CorpusCounts.of(pictures.size(), inputs));
    }
    return Corpus.open(temp.resolve("corpus"));
  }

  private OnnxModel repair(OnnxModel compressed) {
    return new Repair(
            original,
            compressed,
            PREPROCESSING,
            RuntimeProvider.cpu(),
            Accelerator.CPU.torchDevice())
        .repair(corpus(compressed), pictures, SETTINGS, Progress.SILENT);
  }

  private OnnxModel int8() {
    return new Quantizer(Accelerator.CPU)
        .quantize(
            original,
            PREPROCESSING,
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
        new Repair(
                original,
                pruned,
                PREPROCESSING,
                RuntimeProvider.cpu(),
                Accelerator.CPU.torchDevice())
            .repair(
                corpus(pruned),
                pictures,
                new RepairSettings(RepairRecipe.DISTILL, 8, 16, 0.6, 0.5, 2, false, 1),
                Progress.SILENT);
    int after = disagreements(repaired);
    assertTrue(after <= before / 2, before + " deviations before the repair, " + after + " after");
    assertEquals(Pruner.sparsity(pruned), Pruner.sparsity(repaired));
  }

  @Test
  void aRecipeThatDoesNotExistIsRefused() {
    Refusal.says(() -> RepairRecipe.parse("luck"), "'luck'", "logits, distill, compd");
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
    Corpus corpus = corpus(quantized);
    RepairSettings settings = new RepairSettings(RepairRecipe.LOGITS, 8, 16, 0.03, 0.5, 1, true, 1);
    OnnxModel repaired =
        new Repair(
                original,
                quantized,
                PREPROCESSING,
                RuntimeProvider.cpu(),
                Accelerator.CPU.torchDevice())
            .repair(corpus, pictures, settings, Progress.SILENT);
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
    OnnxModel other = Pruner.prune(original, 0.5);
    Repair repair =
        new Repair(
            original, other, PREPROCESSING, RuntimeProvider.cpu(), Accelerator.CPU.torchDevice());
    Refusal.says(
        () -> repair.repair(corpus, pictures, SETTINGS, Progress.SILENT), "another", "SHA-256");
  }

  /** Pictures of noise, of all contrasts. */
  private static Dataset noise(int size) {
    Random random = new Random(1);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      int contrast = 1 + random.nextInt(255);
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) random.nextInt(contrast);
      }
      pictures.add(new Picture(SHAPE, pixels));
    }
    return new UnlabelledPictures(pictures, List.of("a", "b", "c"));
  }
}
