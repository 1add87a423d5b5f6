package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What searches find stays what it was, whatever is moved in the program. Weights are sixteenths
 * and inputs are pixel values, so that sums of whole pictures are exact on every processor.
 */
class SearchBytesTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final int HIDDEN = 8;
  private static final int CLASSES = 3;

  @TempDir Path temp;

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

  private void writeSeeds() throws IOException {
    Random random = new Random(12);
    for (int i = 0; i < 60; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      Path file = temp.resolve("data/" + "abc".charAt(i % CLASSES) + "/" + i + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, PngFile.encode(new Picture(SHAPE, pixels)));
    }
  }

  /** Recorded before decisions had a room of their own; of noise when it came. */
  @ParameterizedTest
  @CsvSource({
    "boundary, 795, 44, 751, 47, 77e0ffcb5177b3d8f72b48f07a5d3cd2cf024e6cca45c5bc0020c0dc0be7d592",
    "compd, 600, 358, 136, 359, 187a30825cb0c0a8ee6a07e1e438a0ee7225fa130a65cba3c625b942c6554102",
    "noise, 876, 34, 841, 34, 4ec1d66a4e18e651b5b1dd3337277a2902ff0c19fa663a738bfdd441eeb7f334",
    "compd-coverage, 600, 364, 138, 365,"
        + " fbb579c0d95435967ecb328b73c9ffa7f40a17077d1d842c595f2dc33ef0ae2f",
  })
  void theSamePicturesAreFoundAsBefore(
      String algorithm, long mutated, long effective, long valid, int kept, String sha256)
      throws IOException {
    model("original", 16).write(temp.resolve("original.onnx"));
    model("compressed", 2).write(temp.resolve("compressed.onnx"));
    writeSeeds();
    Path out = temp.resolve("corpus");
    VerbAnswer.of(
            "search",
            "--original",
            temp.resolve("original.onnx"),
            "--compressed",
            temp.resolve("compressed.onnx"),
            "--data",
            temp.resolve("data"),
            "--out",
            out,
            "--algorithm",
            algorithm,
            "--scale",
            "1",
            "--mean",
            "0",
            "--std",
            "1",
            "--epsilon",
            "48",
            "--clip",
            "0.1",
            "--batch",
            "16",
            "--database",
            "jdbc:h2:file:" + temp.resolve("fleet"))
        .done();
    Corpus corpus = Corpus.open(out);
    CorpusCounts counts = corpus.header().counts();
    assertEquals(
        mutated + " " + effective + " " + valid + " " + kept + " " + sha256,
        counts.mutated()
            + " "
            + counts.effective()
            + " "
            + counts.valid()
            + " "
            + corpus.header().kept()
            + " "
            + corpus.sha256());
  }
}
