package dev.plumbline.host.soak;

import dev.plumbline.host.device.DeviceAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process with many agents. */
final class Farm implements AutoCloseable {
  private final Process process;
  private final List<DeviceAddress> devices = new ArrayList<>();

  private Farm(Process process) {
    this.process = process;
  }

  static Farm start(int agents, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // All touched at the start: what the process grows by is then no garbage.
    command.addAll(List.of("-Xms384m", "-Xmx384m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.plumbline.agent.AgentFarm", "" + agents, folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Farm farm = new Farm(builder.start());
    BufferedReader reader = farm.process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    if (line == null || !line.startsWith("listening ")) {
      farm.close();
      throw new IOException("the agents did not start: " + line);
    }
    for (String port : line.substring("listening ".length()).split(" ")) {
      farm.devices.add(new DeviceAddress("127.0.0.1", Integer.parseInt(port)));
    }
    return farm;
  }

  List<DeviceAddress> devices() {
    return devices;
  }

  ProcessSize size() throws IOException {
    return ProcessSize.of(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Farms with so many agents in all, started one after the other. */
  static List<Farm> start(int agents, int farms, Path folder) throws IOException {
    List<Farm> all = new ArrayList<>();
    int[] sizes = new int[farms];
    Arrays.setAll(sizes, i -> agents / farms + (i < agents % farms ? 1 : 0));
    try {
      for (int i = 0; i < farms; i++) {
        all.add(start(sizes[i], folder.resolve("farm-" + i)));
      }
      return all;
    } catch (IOException | RuntimeException e) {
      all.forEach(Farm::close);
      throw e;
    }
  }
}
