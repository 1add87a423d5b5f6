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
          "preprocess",
          "evaluate",
          "train",
          "quantize",
          "prune",
          "distill",
          "search",
          "corpus",
          "confirm",
          "repair",
          "attack",
          "check",
          "guard",
          "report",
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
  void aMisspeltVerbGetsTheNearestOne() {
    VerbAnswer.of("serach").isRefused("unknown verb 'serach'", "the nearest is 'search'");
    VerbAnswer.of("device", "lst").isRefused("unknown verb 'lst'", "the nearest is 'list'");
  }

  @Test
  void aMisspeltOptionGetsTheNearestOneEvenWhereARequiredOneIsMissingThen() {
    VerbAnswer.of("evaluate", model, "--dta", data)
        .isRefused("unknown option '--dta'", "the nearest is '--data'");
    VerbAnswer.of("search", "--orginal=" + model, "--compressed", model)
        .isRefused("unknown option '--orginal'", "the nearest is '--original'");
  }

  @Test
  void aFailureIsOneJsonObjectWhereJsonIsAskedFor() {
    isFailure(VerbAnswer.of("evaluate", model, "--dta", data, "--json"), "--data");
    isFailure(VerbAnswer.of("serach", "--json"), "search");
    isFailure(VerbAnswer.of("device", "lst", "--json"), "list");
    isFailure(VerbAnswer.of("evaluate", "none.onnx", "--data", data, "--json"), "none.onnx");
  }

  private static void isFailure(VerbAnswer answer, String word) {
    answer.isOneJsonObject("error", "exit_code");
    assertEquals(2, answer.code(), answer.err());
    assertEquals(2, answer.json().get("exit_code").asInt(), answer.out());
    String error = answer.json().get("error").asText();
    assertTrue(error.contains(word), error);
    assertTrue(answer.err().contains("plumbline: " + error), answer.err());
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

  @Test
  void aSizeOfMemoryThatIsNoneIsBadUsage() {
    VerbAnswer.of("evaluate", model, "--data", data, "--max-memory", "plenty")
        .isRefused("--max-memory", "'plenty' is no size of memory", "such as 3g or 800m");
  }
}
