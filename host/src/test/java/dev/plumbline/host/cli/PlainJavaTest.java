package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in a Java that nobody prepared, where libraries log as they please. */
@Timeout(120)
class PlainJavaTest {
  @TempDir Path temp;

  private VerbAnswer verb(Consumer<ProcessBuilder> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    Path err = temp.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    environment.accept(builder);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new VerbAnswer(process.waitFor(), out, Files.readString(err));
  }

  @Test
  void withoutTheEnvironmentThatKeepsOnnxRuntimeQuietItIsNotLoaded() throws Exception {
    String model = "../models/fashion-mnist-resnet8.onnx";
    VerbAnswer answer =
        verb(builder -> builder.environment().remove("ORT_DISABLE_TELEMETRY"), "inspect", model);
    assertEquals(
        "plumbline: the environment variable ORT_DISABLE_TELEMETRY is not set, expected 1: without"
            + " it ONNX Runtime sends telemetry and may crash; start through ./plumbline or"
            + " bin/plumbline, which sets it\n",
        answer.err());
    assertEquals(2, answer.code());
    VerbAnswer help =
        verb(builder -> builder.environment().remove("ORT_DISABLE_TELEMETRY"), "inspect", "--help");
    assertEquals(0, help.code(), help.err());
  }

  /** The driver of PostgreSQL logs this URL with its password before it refuses it. */
  @Test
  void whatLibrariesLogIsNotShown() throws Exception {
    VerbAnswer refused =
        verb(b -> {}, "device", "list", "--database", "jdbc:postgresql://me:s3/cr@et@db/fleet");
    assertEquals(2, refused.code());
    assertTrue(refused.err().startsWith("plumbline: database jdbc:postgresql:"), refused.err());
    assertEquals(1, refused.err().lines().count(), refused.err());
    refused.isRefusedInPlainWords("cannot be used");
    assertEquals(-1, refused.err().indexOf("cr@et"), refused.err());
    // Flyway warns of this H2, and tells at a level that is shown by default what it does.
    VerbAnswer made =
        verb(b -> {}, "device", "list", "--database", "jdbc:h2:file:" + temp.resolve("fleet"));
    assertEquals("", made.err());
    assertEquals(0, made.code());
  }

  /** It fails as it runs, and ONNX Runtime logs the names of nodes that fail as they are. */
  @Test
  void whatOnnxRuntimeLogsOfAModelIsNotShown() throws Exception {
    GraphBuilder graph = new GraphBuilder("hostile");
    String input = graph.input("input", 1, 4, 4);
    graph.initializer("row", Tensor.ofLongs(new long[] {2}, 99, 99));
    String beyond = "\u001b]0;owned\u0007";
    graph.node("Gather", beyond, List.of(input, "row"), Map.of("axis", 2L));
    String mean =
        graph.node(
            "ReduceMean", "m", List.of(beyond), Map.of("axes", new long[] {1, 3}, "keepdims", 0L));
    graph.output(mean, 2);
    Path model = temp.resolve("m.onnx");
    PreprocessingMetadata.write(graph.build(), GreyFixture.PLAIN).write(model);
    Path data = new GreyFixture(temp).writeDataWithOneBrightPictureAmongTheDark();
    VerbAnswer answer = verb(b -> {}, "evaluate", model.toString(), "--data", data.toString());
    answer.isRefusedInPlainWords("m.onnx fails in ONNX Runtime", "Gather");
  }
}
