package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Models and pictures of which searches find the same on every processor. Weights are sixteenths
 * and inputs are pixel values, so that sums of whole pictures are exact.
 */
record ExactSearch(Path folder) {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final int HIDDEN = 8;
  private static final int CLASSES = 3;

  /**
   * Writes models and pictures.
   *
   * @param pictures how many, in three classes
   */
  static ExactSearch in(Path folder, int pictures) throws IOException {
    ExactSearch search = new ExactSearch(folder);
    model("original", 16).write(folder.resolve("original.onnx"));
    model("compressed", 2).write(folder.resolve("compressed.onnx"));
    search.writeSeeds(pictures);
    return search;
  }

  Path data() {
    return folder.resolve("data");
  }

  /** Arguments of the verb that searches, without how. */
  Object[] arguments() {
    return new Object[] {
      "search",
      "--original",
      folder.resolve("original.onnx"),
      "--compressed",
      folder.resolve("compressed.onnx"),
      "--data",
      data(),
      "--scale",
      "1",
      "--mean",
      "0",
      "--std",
      "1",
      "--database",
      "jdbc:h2:file:" + folder.resolve("fleet")
    };
  }

  /**
   * Searches in batches of 16, with steps as large as these models need.
   *
   * @param out name of the corpus in the folder
   */
  VerbAnswer verb(String out, Object... more) {
    Object[] how = {"--out", folder.resolve(out), "--epsilon", "48", "--batch", "16"};
    return VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(arguments(), how), more));
  }

  /** A perceptron; with a coarser grid of weights it is the compressed model. */
  private static OnnxModel model(String name, int parts) {
    Random random = new Random(11);
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 1, 4, 4)), Map.of());
    graph.initializer("v", weights(random, SHAPE.bytes(), HIDDEN, parts));
    graph.initializer("w", weights(random, HIDDEN, CLASSES, parts));
    String hidden = graph.node("MatMul", "hidden", List.of(flat, "v"), Map.of());
    String active = graph.node("Relu", "active", List.of(hidden), Map.of());
    graph.output(graph.node("MatMul", "logits", List.of(active, "w"), Map.of()), CLASSES);
    return graph.build();
  }

  private static Tensor weights(Random random, int rows, int columns, int parts) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round((random.nextInt(33) - 16) / 16f * parts) / (float) parts;
    }
    return Tensor.ofFloats(new long[] {rows, columns}, values);
  }

  private void writeSeeds(int pictures) throws IOException {
    Random random = new Random(12);
    for (int i = 0; i < pictures; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      Path file = folder.resolve("data/" + "abc".charAt(i % CLASSES) + "/" + i + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, PngFile.encode(new Picture(SHAPE, pixels)));
    }
  }
}
