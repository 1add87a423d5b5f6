package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models, preprocessing and data as the command line names them, and which of them it refuses. */
class ModelAndDataOptionsTest {
  @TempDir Path temp;
  private Path model;
  private Path data;

  @BeforeEach
  void writeModelAndData() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  /** A model without preprocessing. */
  private Path bare() {
    Path file = temp.resolve("bare.onnx");
    GreyFixture.model("bare", 0.5f).write(file);
    return file;
  }

  private static VerbAnswer evaluate(Path model, Path data, Object... more) {
    return VerbAnswer.of(VerbAnswer.with(new Object[] {"evaluate", model, "--data", data}, more));
  }

  @Test
  void aTextFileIsNoModel() throws IOException {
    Path text = Files.writeString(temp.resolve("notes.onnx"), "these are notes, and no model\n");
    VerbAnswer.of("inspect", text).isRefused("notes.onnx");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 100})
  void aTruncatedModelIsRefused(int bytes) throws IOException {
    Path cut = temp.resolve("cut.onnx");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(model), bytes));
    evaluate(cut, data).isRefused("cut.onnx");
  }

  @Test
  void aModelThatIsNotThereIsRefused() {
    VerbAnswer.of("inspect", temp.resolve("none.onnx")).isRefused("none.onnx");
  }

  @Test
  void preprocessingIsNeverGuessed() {
    evaluate(bare(), data).isRefused("--mean", "--std", "bare.onnx");
    evaluate(bare(), data, "--mean", "0").isRefused("--mean", "--std");
  }

  @Test
  void preprocessingMayComeFromOptions() {
    VerbAnswer answer = evaluate(bare(), data, "--mean", "0", "--std", "1").done();
    assertTrue(answer.out().contains("75.00 %"), answer.out());
  }

  @ParameterizedTest
  @CsvSource({"--mean, 0.5", "--std, 2", "--layout, nhwc", "--channels, bgr", "--mean, grey"})
  void preprocessingThatContradictsTheModelIsRefused(String option, String value) {
    evaluate(model, data, option, value).isRefused(option);
  }

  @Test
  void greysOf16BitsThatBecomeWhiteAreWarnedOfOnce() throws Exception {
    BufferedImage wide = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
    wide.getRaster().setSample(0, 0, 0, 40_000);
    ImageIO.write(wide, "png", data.resolve("dark/wide.png").toFile());
    VerbAnswer answer = evaluate(model, data, "--original", model).done();
    List<String> warnings = answer.err().lines().filter(l -> l.contains("16-bit grey")).toList();
    assertEquals(1, warnings.size(), answer.err());
    assertTrue(warnings.get(0).startsWith("warning: 1 picture is "), answer.err());
    assertTrue(warnings.get(0).contains("dark/wide.png"), answer.err());
  }

  @Test
  void aModelThatTakesNoPictureIsRefused() {
    GraphBuilder graph = new GraphBuilder("sentences");
    graph.initializer("w", Tensor.ofFloats(new long[] {7, 2}, new float[14]));
    graph.output(
        graph.node("MatMul", "logits", List.of(graph.input("words", 7), "w"), Map.of()), 2);
    Path file = temp.resolve("sentences.onnx");
    PreprocessingMetadata.write(graph.build(), GreyFixture.PLAIN).write(file);
    evaluate(file, data).isRefused("sentences.onnx", "7");
  }

  @Test
  void dataThatAreNotThereAreRefused() {
    evaluate(model, temp.resolve("nowhere")).isRefused("nowhere");
    evaluate(model, data, "--range", "0:99").isRefused("0:99", "4");
    evaluate(model, data, "--split", "half").isRefused("half");
  }
}
