package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Models that tell bright pictures from dark ones, pictures of one grey each, corpora of them and a
 * fleet's database, in one folder: every label can be had by hand.
 */
final class GreyFixture {
  static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final List<String> CLASSES = List.of("dark", "light");

  private final Path folder;

  GreyFixture(Path folder) {
    this.folder = folder;
  }

  /** Label 1 where the mean pixel, of 0 to 1, is above the threshold, label 0 where it is below. */
  static OnnxModel model(String name, float threshold) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 1, 4, 4)), Map.of());
    float[] weights = new float[32];
    for (int i = 0; i < 16; i++) {
      weights[2 * i + 1] = 1 / 16f;
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {16, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, threshold, 0));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    return graph.build();
  }

  /** Such a model with its preprocessing, as a file of that name. */
  Path writeModel(String name, float threshold) {
    Path file = folder.resolve(name + ".onnx");
    PreprocessingMetadata.write(model(name, threshold), PLAIN).write(file);
    return file;
  }

  /**
   * Begins a graph with a convolution, which there is something to prune of: value {@code flat}, N
   * x 2, has the mean pixel first.
   */
  static void features(GraphBuilder b) {
    float[] filters = new float[32];
    for (int i = 0; i < 16; i++) {
      filters[i] = 1 / 16f;
      filters[16 + i] = i == 3 ? 0.01f : 0.02f;
    }
    b.input("input", 1, 4, 4);
    b.initializer("f", Tensor.ofFloats(new long[] {2, 1, 4, 4}, filters));
    b.node("Conv", "features", List.of("input", "f"), Map.of());
    b.node("Flatten", "flat", List.of("features"), Map.of());
  }

  private static Picture grey(int value) {
    byte[] pixels = new byte[SHAPE.bytes()];
    Arrays.fill(pixels, (byte) value);
    return new Picture(SHAPE, pixels);
  }

  /** The folder of classes. */
  Path data() {
    return folder.resolve("data");
  }

  /**
   * Adds a picture to the data.
   *
   * @param name with its class, such as {@code dark/0.png}
   * @param value of all its pixels, 0 to 255
   */
  void addPicture(String name, int value) throws IOException {
    Path file = data().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, PngFile.encode(grey(value)));
  }

  /** Data of which a threshold of 0.5 gets three of four labels right. */
  Path writeDataWithOneBrightPictureAmongTheDark() throws IOException {
    addPicture("dark/0.png", 20);
    addPicture("dark/1.png", 210);
    addPicture("light/0.png", 220);
    addPicture("light/1.png", 230);
    return data();
  }

  /**
   * A step of the search.
   *
   * @param value of all pixels, which the original calls dark
   * @param compressedLabel what the compressed model is said to call it
   */
  record Mutation(int value, int compressedLabel) {}

  /** A corpus of steps from one dark seed. */
  Path writeCorpus(String originalSha256, String compressedSha256, Mutation... steps) {
    Path corpus = folder.resolve("corpus");
    CorpusOrigin origin =
        new CorpusOrigin(
            originalSha256,
            compressedSha256,
            PLAIN,
            SHAPE,
            Classification.PLAIN,
            CLASSES,
            Map.of("algorithm", "compd", "steps", steps.length, "random_seed", 1, "data", "none"));
    Picture seed = grey(90);
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(corpus, origin)) {
      writer.seed(0, seed);
      for (int i = 0; i < steps.length; i++) {
        Picture picture = grey(steps[i].value());
        CorpusInput input =
            CorpusInput.found(
                Classification.PLAIN,
                0,
                i + 1,
                Label.known(0),
                new Label(0, 0.6f),
                new Label(steps[i].compressedLabel(), 0.6f),
                PictureDistance.between(seed, picture));
        writer.add(input, picture);
        inputs.add(input);
      }
      writer.finish(CorpusCounts.of(1, inputs));
    }
    return corpus;
  }

  /**
   * A corpus of one step from each of several dark seeds, on which the compressed model is said to
   * deviate.
   *
   * @param name of its folder
   * @param values of all pixels of the steps; each seed is darker by 60
   */
  Path writeCorpusOfSeeds(
      String name, String originalSha256, String compressedSha256, List<Integer> values) {
    Path corpus = folder.resolve(name);
    CorpusOrigin origin =
        new CorpusOrigin(
            originalSha256,
            compressedSha256,
            PLAIN,
            SHAPE,
            Classification.PLAIN,
            CLASSES,
            Map.of("algorithm", "compd", "steps", 1, "random_seed", 1, "data", "none"));
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(corpus, origin)) {
      for (int i = 0; i < values.size(); i++) {
        Picture seed = grey(values.get(i) - 60);
        Picture picture = grey(values.get(i));
        writer.seed(i, seed);
        CorpusInput input =
            CorpusInput.found(
                Classification.PLAIN,
                i,
                1,
                Label.known(0),
                new Label(0, 0.6f),
                new Label(1, 0.6f),
                PictureDistance.between(seed, picture));
        writer.add(input, picture);
        inputs.add(input);
      }
      writer.finish(CorpusCounts.of(values.size(), inputs));
    }
    return corpus;
  }

  /**
   * Calls a verb that keeps its runs, with a database that is not that of whoever runs the tests.
   */
  VerbAnswer run(Object... args) {
    return VerbAnswer.of(
        VerbAnswer.with(args, "--database", "jdbc:h2:file:" + folder.resolve("fleet")));
  }
}
