package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.onnx.RuntimeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the command line: its verbs, and what becomes of a call that is none. */
class MainTest {
  private static final List<String> VERBS =
      List.of(
          "demo",
          "run",
          "inspect",
          "layers",
          "evaluate",
          "train",
          "quantize",
          "prune",
          "distill",
          "search",
          "confirm",
          "repair",
          "attack",
          "check",
          "device",
          "agent",
          "serve");

  @TempDir Path temp;
  private Path model;
  private Path data;

  @BeforeEach
  void writeModelAndData() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  @Test
  void anUnknownVerbIsBadUsage() {
    VerbAnswer.of("polish").isRefused("polish", "--help");
  }

  @Test
  void anUnknownOptionIsBadUsage() {
    VerbAnswer.of("evaluate", model, "--data", data, "--sparkle").isRefused("--sparkle");
  }

  @Test
  void aMissingVerbIsBadUsage() {
    VerbAnswer.of().isRefused("verb");
  }

  @Test
  void everyVerbOfTheContractIsThere() {
    assertEquals(
        VERBS,
        Main.commandLine().getSubcommands().keySet().stream()
            .sorted(Comparator.comparingInt(VERBS::indexOf))
            .toList());
  }

  @Test
  void cudaWithoutAGpuIsRefusedWithTheReason() {
    VerbAnswer answer = VerbAnswer.of("evaluate", model, "--data", data, "--accelerator", "cuda");
    if (RuntimeProvider.best().kind() == RuntimeProvider.Kind.CUDA) {
      assertTrue(answer.err().contains("CUDAExecutionProvider"), answer.err());
    } else {
      answer.isRefused("cuda");
    }
  }

  @Test
  void anUnknownArchitectureIsRefusedBeforeAnythingIsWritten() {
    Path out = temp.resolve("new.onnx");
    VerbAnswer.of("train", "--arch", "lenet6", "--data", data, "--epochs", 1, "--out", out)
        .isRefused("lenet6", "lenet5");
    assertFalse(Files.exists(out));
  }
}
