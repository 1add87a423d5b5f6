package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models with other graphs than their originals go through the whole job by the verbs alone. The
 * oracle of what the answers tell is the verb evaluate, in ONNX Runtime.
 */
class SmallerModelsTest {
  @TempDir static Path temp;
  private static Path data;
  private static Path original;

  @BeforeAll
  static void trainAnOriginal() throws IOException {
    PictureShape shape = new PictureShape(1, 16, 16);
    Random random = new Random(1);
    data = temp.resolve("data");
    for (String split : List.of("train", "test")) {
      for (int label = 0; label < 2; label++) {
        Path folder = Files.createDirectories(data.resolve(split).resolve("class" + label));
        for (int i = 0; i < 24; i++) {
          byte[] pixels = new byte[shape.bytes()];
          for (int p = 0; p < pixels.length; p++) {
            // The upper or the lower half is brighter, hardly.
            boolean upper = p < pixels.length / 2;
            pixels[p] = (byte) (90 + random.nextInt(90) + (upper == (label == 0) ? 30 : 0));
          }
          Files.write(folder.resolve(i + ".png"), PngFile.encode(new Picture(shape, pixels)));
        }
      }
    }
    original = temp.resolve("original.onnx");
    answer(
        onTraining("train"),
        "--arch",
        "resnet8",
        "--epochs",
        8,
        "--crop-padding",
        0,
        "--out",
        original);
  }

  private static VerbAnswer run(Object[] args, Object... more) {
    return VerbAnswer.of(
        VerbAnswer.with(VerbAnswer.with(args, more), "--json", "--accelerator", "cpu"));
  }

  private static JsonNode answer(Object[] args, Object... more) {
    return run(args, more).done().json();
  }

  /** A verb on the pictures to learn from. */
  private static Object[] onTraining(Object... verb) {
    return VerbAnswer.with(verb, "--data", data, "--split", "train");
  }

  /** A verb on the others. */
  private static Object[] onTest(Object... verb) {
    return VerbAnswer.with(verb, "--data", data, "--split", "test");
  }

  /** Without what says the student. */
  private static Object[] distil(Path out, int epochs) {
    return VerbAnswer.with(
        onTraining("distill", "--teacher", original), "--epochs", epochs, "--out", out);
  }

  private static JsonNode distilled(Path out, Object... student) {
    return answer(VerbAnswer.with(distil(out, 2), "--test-split", "test"), student);
  }

  private static JsonNode pruned(Path out) {
    return answer(
        onTraining("prune", original), "--structured", "--rate", 0.5, "--epochs", 1, "--out", out);
  }

  /** Searches with a pair, repairs it, and checks that the repaired model is a model as before. */
  private static void goesThroughSearchAndRepair(Path compressed) {
    Object[] pair = {"--original", original, "--compressed", compressed};
    Path corpus = compressed.resolveSibling(compressed.getFileName() + ".corpus");
    JsonNode found =
        answer(
            VerbAnswer.with(onTest("search"), pair),
            "--steps",
            3,
            "--epsilon",
            16,
            // So that there is something to repair with, however well the models agree.
            "--keep-close",
            1000,
            "--out",
            corpus);
    assertEquals(48, found.get("seeds").asInt());
    assertTrue(found.get("mutated").asInt() > 0);
    Path repaired = compressed.resolveSibling("repaired-" + compressed.getFileName());
    answer(
        VerbAnswer.with(onTraining("repair"), pair),
        "--corpus",
        corpus,
        "--epochs",
        1,
        // What comes is kept, whatever it is worth on so few pictures.
        "--rounds",
        0,
        "--allow-overlap",
        "--out",
        repaired);
    OnnxModel before = OnnxModel.read(compressed);
    OnnxModel after = OnnxModel.read(repaired);
    assertFalse(before.sha256().equals(after.sha256()));
    assertEquals(before.graph().constants().keySet(), after.graph().constants().keySet());
    assertEquals(Provenance.read(before), Provenance.read(after));
  }

  @Test
  void aModelWithoutSomeFiltersGoesThroughSearchAndRepair() throws IOException {
    Path smaller = temp.resolve("smaller.onnx");
    JsonNode answer = pruned(smaller);
    for (String figure : List.of("filters", "parameters", "bytes", "multiply_accumulates")) {
      long before = answer.get(figure + "_before").asLong();
      long after = answer.get(figure + "_after").asLong();
      assertTrue(0 < after && after < before, figure + " " + before + " " + after);
    }
    assertEquals(answer.get("filters_before").asInt(), 2 * answer.get("filters_after").asInt());
    assertTrue(answer.get("left_whole").isEmpty());
    assertEquals(9, answer.get("layers").size());
    assertEquals("stem.conv", answer.get("layers").get(0).get("layer").asText());
    OnnxModel model = OnnxModel.read(smaller);
    assertEquals("pruned filters l1 0.5", Provenance.read(model).orElseThrow().compression());
    assertTrue(PreprocessingMetadata.read(model).isPresent());
    assertTrue(
        Math.abs(Files.size(smaller) - answer.get("bytes_after").asLong()) < 1,
        "the answer tells another size than that of the file");
    goesThroughSearchAndRepair(smaller);
    // Values of the same name as the original's have other sizes.
    JsonNode verified =
        answer(onTest("inspect", smaller), "--verify", "--original", original).get("verification");
    assertTrue(verified.get("first_outside").isNull(), verified.toString());
    assertEquals(48, verified.get("same_labels").asInt());
  }

  @Test
  void aDistilledModelOfAnotherArchitectureGoesThroughSearchAndRepair() throws IOException {
    Path student = temp.resolve("student.onnx");
    JsonNode answer = distilled(student, "--arch", "lenet5");
    JsonNode evaluated = answer(onTest("evaluate", student));
    assertEquals(evaluated.get("accuracy").asDouble(), answer.get("accuracy").asDouble());
    JsonNode teacher = answer(onTest("evaluate", original));
    assertEquals(teacher.get("accuracy").asDouble(), answer.get("teacher_accuracy").asDouble());
    assertEquals(48, answer.get("pictures").asInt());
    assertEquals(data + " test", answer.get("tested_on").asText());
    assertEquals(Files.size(student), answer.get("bytes").asLong());
    assertTrue(answer.get("agreement").isNumber());
    goesThroughSearchAndRepair(student);
  }

  @Test
  void aStudentMayBeAnyModelThatCanBeTrained() {
    Path smaller = temp.resolve("start.onnx");
    pruned(smaller);
    Path student = temp.resolve("taught.onnx");
    JsonNode answer = distilled(student, "--student", smaller);
    assertTrue(answer.get("bytes").asLong() < answer.get("teacher_bytes").asLong());
    assertEquals(
        OnnxModel.read(original).sha256(),
        Provenance.read(OnnxModel.read(student)).orElseThrow().parentSha256());
  }

  /** Twice as many steps of half the size are another training. */
  @Test
  void aSmallerBatchTakesMoreSteps() {
    Path usual = temp.resolve("usual-batch.onnx");
    Path smaller = temp.resolve("smaller-batch.onnx");
    Object[] prune = onTraining("prune", original);
    run(prune, "--epochs", 1, "--out", usual).done();
    run(prune, "--epochs", 1, "--batch", 16, "--out", smaller).done();
    assertNotEquals(OnnxModel.read(usual).sha256(), OnnxModel.read(smaller).sha256());
    // Not by chance: the usual number, said, makes the same model again.
    Path again = temp.resolve("usual-batch-again.onnx");
    run(prune, "--epochs", 1, "--batch", 128, "--out", again).done();
    assertEquals(OnnxModel.read(usual).sha256(), OnnxModel.read(again).sha256());
    run(prune, "--epochs", 1, "--batch", 1, "--out", smaller)
        .isRefused("--batch is 1, expected at least 2");
  }

  @Test
  void theSameRandomSeedGivesTheSameStudent() {
    Path student = temp.resolve("again.onnx");
    String first = distilled(student, "--arch", "lenet5").get("sha256").asText();
    assertEquals(first, distilled(student, "--arch", "lenet5").get("sha256").asText());
    String other =
        distilled(student, "--arch", "lenet5", "--random-seed", 2).get("sha256").asText();
    assertFalse(first.equals(other));
  }

  @Test
  void aStudentIsAnArchitectureOrAModelAndNotBoth() {
    Path out = temp.resolve("none.onnx");
    run(distil(out, 1)).isRefused("--arch", "--student");
    run(distil(out, 1), "--arch", "lenet5", "--student", original).isRefused();
    assertFalse(Files.exists(out));
  }
}
