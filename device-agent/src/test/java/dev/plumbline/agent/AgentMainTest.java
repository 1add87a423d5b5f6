package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as its own process. */
class AgentMainTest {
  private static final int SIGTERM = 143;

  @TempDir Path folder;

  private record Ended(int exit, String out, String err) {}

  private Process start(String... args) throws IOException {
    return builder(args).start();
  }

  private ProcessBuilder builder(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(AgentMain.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
  }

  private Ended await(Process process) throws Exception {
    StringBuilder out = new StringBuilder();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      out.append(line);
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the agent did not end");
    return new Ended(process.exitValue(), out.toString(), Files.readString(folder.resolve("err")));
  }

  private String line(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  private static void assertRefused(Ended ended, String message) {
    assertEquals(2, ended.exit(), ended.err());
    assertEquals(message, ended.err().strip());
    assertEquals("", ended.out());
  }

  @Test
  void itSaysWhereItListensAndStopsOnSigtermWithoutATrace() throws Exception {
    Process process = start("--model-dir", folder.resolve("models").toString());
    String line = line(process);
    assertTrue(line.matches("plumbline-agent listening on 127\\.0\\.0\\.1:[1-9]\\d*"), line);
    // Process.destroy() would close the streams as well.
    process.toHandle().destroy();
    Ended ended = await(process);
    assertEquals(SIGTERM, ended.exit());
    assertEquals("", ended.out());
    assertFalse(ended.err().contains("\tat "), ended.err());
    assertFalse(ended.err().contains("Exception"), ended.err());
  }

  @Test
  void itEndsWithItsStandardInputWhenToldSo() throws Exception {
    Process process =
        start("--until-stdin-ends", "--model-dir", folder.resolve("models").toString());
    line(process);
    process.getOutputStream().close();
    assertEquals(0, await(process).exit());
  }

  @Test
  void aHostThatIsNoLoopbackAddressIsRefused() throws Exception {
    assertRefused(
        await(start("--host", "0.0.0.0")),
        "host '0.0.0.0' is no loopback address, and beyond loopback the agent listens only with TLS"
            + " (--certificate and --key) and with client certificates (--client-ca) or tokens"
            + " (--token-file); expected these or an address such as 127.0.0.1");
  }

  @Test
  void aPortInUseIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(
          await(start("--port", port, "--model-dir", folder.resolve("models").toString())),
          "port "
              + port
              + " of 127.0.0.1 is in use by another program; choose another with --port, or 0 for"
              + " any free one");
    }
  }

  @Test
  void aModelFolderThatIsAFileIsRefused() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Ended ended = await(start("--model-dir", file.toString()));
    assertEquals(2, ended.exit(), ended.err());
    assertTrue(ended.err().startsWith("model folder " + file + " cannot be"), ended.err());
  }

  @Test
  void aProviderThatIsNotThereIsRefused() throws Exception {
    assertRefused(
        await(start("--provider", "cuda")),
        "provider 'cuda' is not in this ONNX Runtime; it has CPU");
  }

  @Test
  void onnxRuntimeIsNotLoadedWhereItWouldSendTelemetry() throws Exception {
    ProcessBuilder builder = builder("--model-dir", folder.resolve("models").toString());
    builder.environment().remove("ORT_DISABLE_TELEMETRY");
    assertRefused(
        await(builder.start()),
        "the environment variable ORT_DISABLE_TELEMETRY is not set, expected 1: without it ONNX"
            + " Runtime sends telemetry and may crash; start through bin/plumbline-agent, which"
            + " sets it");
  }
}
