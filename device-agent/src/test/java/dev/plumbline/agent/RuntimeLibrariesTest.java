package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the libraries of Maven Central's jar as the board's own, each time in a Java of its own. */
class RuntimeLibrariesTest {
  private static final String RUNTIME = "libonnxruntime.so";
  private static final String BRIDGE = "libonnxruntime4j_jni.so";
  private static final boolean ON_ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String HERE = ON_ARM ? "linux-aarch64" : "linux-x64";
  private static final String ELSEWHERE = ON_ARM ? "linux-x64" : "linux-aarch64";

  @TempDir Path folder;
  private Path libs;

  @BeforeEach
  void makeFolder() throws IOException {
    libs = Files.createDirectory(folder.resolve("libs"));
  }

  private static byte[] library(String platform, String name) throws IOException {
    String resource = "/ai/onnxruntime/native/" + platform + "/" + name;
    try (InputStream in = OrtEnvironment.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  private static void put(Path folder, String platform, String name) throws IOException {
    Files.write(folder.resolve(name), library(platform, name));
  }

  private void assertRefused(String message, List<String> javaOptions) throws Exception {
    try (AgentJvm agent =
        new AgentJvm(folder, javaOptions, "--onnxruntime-libs", libs.toString())) {
      assertEquals("2 " + message, agent.refusal());
    }
  }

  private void assertStarts(List<String> javaOptions) throws Exception {
    try (AgentJvm agent =
        new AgentJvm(folder, javaOptions, "--onnxruntime-libs", libs.toString())) {
      String line = agent.line();
      assertTrue(line.startsWith("plumbline-agent listening on "), line);
    }
  }

  @Test
  void aFolderWithBothLibrariesIsUsed() throws Exception {
    put(libs, HERE, RUNTIME);
    put(libs, HERE, BRIDGE);
    assertStarts(List.of());
  }

  @Test
  void aFolderOfThePythonPackageIsUsedWithTheAgentsOwnBridge() throws Exception {
    Path agents = Files.createDirectory(folder.resolve("agents"));
    put(agents, HERE, BRIDGE);
    Files.write(libs.resolve(RUNTIME + ".1.29.0"), library(HERE, RUNTIME));
    assertStarts(List.of("-Donnxruntime.native.path=" + agents));
  }

  @Test
  void aLibraryOfAnotherVersionIsRefusedBeforeItIsLoaded() throws Exception {
    put(libs, HERE, BRIDGE);
    byte[] runtime = library(HERE, RUNTIME);
    // Every place of its version, as if it were of another: loaded, it would miss its functions.
    byte[] version = "VERS_1.29.0".getBytes(StandardCharsets.US_ASCII);
    int places = 0;
    for (int i = 0; i + version.length < runtime.length; i++) {
      if (Arrays.equals(runtime, i, i + version.length, version, 0, version.length)) {
        runtime[i + "VERS_1.2".length()] = '3';
        places++;
      }
    }
    assertTrue(places > 0);
    Files.write(libs.resolve(RUNTIME), runtime);
    assertRefused(
        libs.resolve(RUNTIME)
            + " is of ONNX Runtime 1.23.0; expected 1.29.0, the version of this agent's Java"
            + " classes",
        List.of());
  }

  @Test
  void aLibraryForAnotherProcessorIsRefused() throws Exception {
    put(libs, ELSEWHERE, RUNTIME);
    put(libs, HERE, BRIDGE);
    assertRefused(
        libs.resolve(RUNTIME)
            + " is built for "
            + (ON_ARM ? "amd64" : "aarch64")
            + "; expected "
            + System.getProperty("os.arch")
            + ", which this Java runs on",
        List.of());
  }

  @Test
  void aFolderWithoutTheLibraryIsRefusedWithWhatItHolds() throws Exception {
    assertRefused(
        "--onnxruntime-libs " + libs + " holds no " + RUNTIME + "; it holds no library at all",
        List.of());
    put(libs, HERE, BRIDGE);
    assertRefused(
        "--onnxruntime-libs " + libs + " holds no " + RUNTIME + "; it holds " + BRIDGE, List.of());
  }

  @Test
  void aFolderWithoutTheBridgeIsRefusedWhereTheAgentHasNone() throws Exception {
    put(libs, HERE, RUNTIME);
    assertRefused(
        "--onnxruntime-libs "
            + libs
            + " holds no "
            + BRIDGE
            + ", and this agent has none of its own; expected it there",
        List.of());
  }

  @Test
  void aSystemThatOnnxRuntimeDoesNotKnowIsToldInOneSentence() throws Exception {
    // As a 32-bit Java has it, on a 64-bit kernel too.
    try (AgentJvm agent = new AgentJvm(folder, List.of("-Dos.arch=arm"))) {
      assertEquals(
          "2 ONNX Runtime cannot be loaded on this arm system: java.lang.IllegalStateException:"
              + " Unsupported arch:arm",
          agent.refusal());
    }
  }

  @Test
  void whatIsNoLibraryIsRefused() throws Exception {
    Path file = libs.resolve(RUNTIME);
    put(libs, HERE, BRIDGE);
    Files.write(file, new byte[100]);
    assertRefused(file + " is no library of ONNX Runtime: it is no ELF file", List.of());
    Files.write(file, new byte[3]);
    assertRefused(file + " is no library of ONNX Runtime: it has 3 bytes", List.of());
    byte[] cut = Arrays.copyOf(library(HERE, BRIDGE), 256);
    Files.write(file, cut);
    assertRefused(
        file + " is no library of ONNX Runtime: it names no version of ONNX Runtime", List.of());
    Files.delete(file);
    Files.delete(libs.resolve(BRIDGE));
    Files.delete(libs);
    assertRefused(
        "--onnxruntime-libs " + libs + " is no folder; expected one that holds " + RUNTIME,
        List.of());
  }
}
