package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.train.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code repair --prune-budget}. */
class PruneBudgetTest {
  @TempDir Path temp;
  private Path model;
  private Path pruned;
  private Path data;
  private Path corpus;

  @BeforeEach
  void searchAPrunedModel() throws IOException {
    PictureShape shape = new PictureShape(1, 16, 16);
    OnnxModel original =
        PreprocessingMetadata.write(Architecture.RESNET8.build(shape, 3, 1), GreyFixture.PLAIN);
    model = temp.resolve("model.onnx");
    original.write(model);
    pruned = temp.resolve("pruned.onnx");
    Pruner.prune(OnnxModel.read(model), 0.7).write(pruned);
    data = temp.resolve("data");
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      byte[] pixels = new byte[shape.bytes()];
      random.nextBytes(pixels);
      Path folder = Files.createDirectories(data.resolve("class" + i % 3));
      PngFile.write(folder.resolve(i + ".png"), new Picture(shape, pixels));
    }
    corpus = temp.resolve("corpus");
    VerbAnswer.of(
            "search",
            "--original",
            model,
            "--compressed",
            pruned,
            "--data",
            data,
            "--range",
            "0:4",
            "--out",
            corpus,
            "--accelerator",
            "cpu")
        .done();
  }

  private Object[] repair(Object... more) {
    Object[] base = {
      "repair",
      "--original",
      model,
      "--compressed",
      pruned,
      "--corpus",
      corpus,
      "--data",
      data,
      "--epochs",
      1,
      "--training-seeds",
      2,
      "--max-accuracy-drop",
      100,
      "--out",
      temp.resolve("repaired.onnx"),
      "--accelerator",
      "cpu"
    };
    return VerbAnswer.with(base, more);
  }

  private Object[] rounds(Object... more) {
    return VerbAnswer.with(repair("--rounds", 1, "--attack-seeds", 2), more);
  }

  @Test
  void zerosAreChosenAnewWithinTheBudget() throws IOException {
    VerbAnswer done = VerbAnswer.of(rounds("--prune-budget", "50%", "--json"));
    assertTrue(done.code() == 0 || done.code() == 1, done.err());
    JsonNode zeros = done.json().get("zeros");
    Path folder = temp.resolve("repaired.rounds");
    JsonNode ledger = new ObjectMapper().readTree(folder.resolve("ledger.json").toFile());
    assertEquals(zeros, ledger.get("zeros"));
    long before = Pruner.kept(OnnxModel.read(pruned));
    assertEquals(before, zeros.get("kept_before").asLong());
    assertEquals((long) Math.floor(before * 1.5), zeros.get("kept").asLong());
    Path file = folder.resolve("zeros/model.onnx");
    OnnxModel chosen = OnnxModel.read(file);
    assertEquals(chosen.sha256(), zeros.get("sha256").asText());
    assertEquals(zeros.get("kept").asLong(), Pruner.kept(chosen));
    long ofLayers = 0;
    for (JsonNode layer : zeros.get("layers")) {
      ofLayers += layer.get("kept").asLong();
    }
    assertEquals(zeros.get("kept").asLong(), ofLayers);
    assertTrue(zeros.get("margin_error").asDouble() < zeros.get("margin_error_before").asDouble());
    assertTrue(zeros.get("taken").asBoolean());
    OnnxModel repaired = OnnxModel.read(temp.resolve("repaired.onnx"));
    assertTrue(Pruner.kept(repaired) <= zeros.get("kept").asLong());

    // Again: the model is not trained once more; another budget asks for another name.
    FileTime first = Files.getLastModifiedTime(file);
    VerbAnswer again = VerbAnswer.of(rounds("--prune-budget", "50%"));
    assertEquals(done.code(), again.code(), again.err());
    assertEquals(first, Files.getLastModifiedTime(file));
    assertTrue(again.out().contains("zeros: chosen anew, "), again.out());
    VerbAnswer other = VerbAnswer.of(rounds("--prune-budget", "10%"));
    assertEquals(2, other.code());
    assertTrue(other.err().contains("is of another repair"), other.err());
  }

  @Test
  void whatCannotBeChosenIsRefusedInASentence() {
    refused("at least 0", "--prune-budget", "-1%");
    refused("expected one of them", "--prune-budget", "0%", "--precision-budget", "10%");
    refused("a new search chooses the zeros", "--prune-budget", "0%", "--attack-seeds", 0);
    refused("a new search chooses the zeros", "--prune-budget", "0%", "--rounds", 0);
    refused("expected a recipe", "--prune-budget", "0%", "--recipe", "compd", "--rounds", 1);
    assertFalse(Files.exists(temp.resolve("repaired.onnx")));
    assertFalse(Files.exists(temp.resolve("repaired.rounds")));
  }

  private void refused(String why, Object... more) {
    VerbAnswer answer = VerbAnswer.of(repair(more));
    assertEquals(2, answer.code(), answer.err());
    assertTrue(answer.err().contains(why), answer.err());
    assertEquals(1, answer.err().lines().filter(line -> line.contains(why)).count());
  }
}
