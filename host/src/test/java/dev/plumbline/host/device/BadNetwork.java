package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network namespace behind a wire that loses, doubles and reorders packets. It needs Linux, root,
 * iproute2, Python 3 and tun devices; tests are skipped where one of them is missing.
 */
final class BadNetwork implements AutoCloseable {
  /** What listens in the namespace is reached there. */
  static final String FAR = "10.213.77.2";

  private final String namespace;
  private final Path script;
  private final List<Process> processes = new ArrayList<>();

  private BadNetwork(String namespace, Path script) {
    this.namespace = namespace;
    this.script = script;
  }

  static BadNetwork make(Path folder, int randomSeed) throws Exception {
    assumeTrue(works("python3", "--version"), "a bad network needs Python 3");
    assumeTrue(works("ip", "-V"), "a bad network needs iproute2");
    assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")), "a bad network needs root and tun devices");
    Path script = folder.resolve("packets.py");
    try (InputStream in = BadNetwork.class.getResourceAsStream("packets.py")) {
      Files.copy(in, script);
    }
    String namespace = "plumbline-" + ProcessHandle.current().pid();
    assumeTrue(works("ip", "netns", "add", namespace), "a bad network needs a namespace");
    BadNetwork network = new BadNetwork(namespace, script);
    try {
      works("ip", "-n", namespace, "link", "set", "lo", "up");
      network.start(List.of("python3", script.toString(), "wire", namespace, "" + randomSeed));
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  private static boolean works(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Process start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (!"ready".equals(line)) {
      throw new IOException("the network said '" + line + "'");
    }
    return process;
  }

  /** A command line that starts a program within. */
  List<String> within(List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(command);
    return whole;
  }

  /** Leads from outside to a port of the loopback within. */
  DeviceAddress forward(int toPort) throws IOException {
    start(within(List.of("python3", script.toString(), "forward", FAR, "7070", "" + toPort)));
    return new DeviceAddress(FAR, 7070);
  }

  /** Ends the wire and says how many packets met with what. */
  Map<String, Integer> end() throws IOException {
    Process wire = processes.get(0);
    wire.getOutputStream().close();
    BufferedReader reader = wire.inputReader(StandardCharsets.UTF_8);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String each : reader.readLine().split(" ")) {
      counts.put(each.split("=")[0], Integer.parseInt(each.split("=")[1]));
    }
    return counts;
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    works("ip", "netns", "delete", namespace);
  }
}
