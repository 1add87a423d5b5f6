package dev.plumbline.host.repair;

import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.train.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An untrained original of three classes, pictures of noise, and what ONNX Runtime says of them.
 */
final class RepairFixture {
  static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of(0.5f), List.of(0.3f), Layout.NCHW, ChannelOrder.RGB);
  static final List<String> CLASSES = List.of("a", "b", "c");

  final OnnxModel original = Architecture.parse("resnet8").build(SHAPE, CLASSES.size(), 1);

  static int[] labels(OnnxModel model, List<Picture> pictures) {
    return Argmax.labels(logits(model, pictures));
  }

  static float[][] logits(OnnxModel model, List<Picture> pictures) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PREPROCESSING, RuntimeProvider.cpu())) {
      return classifier.logits(pictures);
    }
  }

  static int differing(int[] ours, int[] theirs) {
    int differing = 0;
    for (int i = 0; i < ours.length; i++) {
      differing += ours[i] == theirs[i] ? 0 : 1;
    }
    return differing;
  }

  /** Pictures of noise, of all contrasts. */
  static List<Picture> noise(int size, long randomSeed) {
    Random random = new Random(randomSeed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      int contrast = 1 + random.nextInt(255);
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) random.nextInt(contrast);
      }
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  /** Pictures, each as a mutation of itself, classed by what the original and a model say. */
  Corpus corpus(Path folder, OnnxModel compressed, List<Picture> pictures) {
    return corpus(folder, compressed, pictures, labels(compressed, pictures), 0.5f);
  }

  /**
   * Pictures, each as a mutation of itself, of which some deviate.
   *
   * @param confidence of the original in what it decides
   */
  Corpus corpus(
      Path folder,
      OnnxModel compressed,
      List<Picture> pictures,
      List<Boolean> deviate,
      float confidence) {
    int[] theirs = labels(original, pictures);
    for (int i = 0; i < theirs.length; i++) {
      theirs[i] = deviate.get(i) ? (theirs[i] + 1) % CLASSES.size() : theirs[i];
    }
    return corpus(folder, compressed, pictures, theirs, confidence);
  }

  private Corpus corpus(
      Path folder, OnnxModel compressed, List<Picture> pictures, int[] theirs, float confidence) {
    int[] ours = labels(original, pictures);
    CorpusOrigin origin =
        new CorpusOrigin(
            original.sha256(),
            compressed.sha256(),
            PREPROCESSING,
            SHAPE,
            Classification.PLAIN,
            CLASSES,
            Map.of("algorithm", "compd", "steps", 1, "random_seed", 1, "data", "noise"));
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(folder, origin)) {
      for (int i = 0; i < pictures.size(); i++) {
        Picture picture = pictures.get(i);
        CorpusInput input =
            CorpusInput.found(
                Classification.PLAIN,
                i,
                1,
                Label.known(ours[i]),
                new Label(ours[i], confidence),
                new Label(theirs[i], 0.5f),
                PictureDistance.between(picture, picture));
        writer.seed(i, picture);
        writer.add(input, picture);
        inputs.add(input);
      }
      writer.finish(CorpusCounts.of(pictures.size(), inputs));
    }
    return Corpus.open(folder);
  }

  /** Of a model made from the original, on the CPU. */
  Repair repair(OnnxModel compressed) {
    return new Repair(
        original, compressed, PREPROCESSING, RuntimeProvider.cpu(), Accelerator.CPU.torchDevice());
  }
}
