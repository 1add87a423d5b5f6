package dev.plumbline.host.cli;

import dev.plumbline.host.device.DeviceAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The devices of the fleet. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "HOST:PORT",
      arity = "1..*",
      description = "An agent; may be given several times.")
  private List<String> devices = new ArrayList<>();

  List<DeviceAddress> addresses() {
    return devices.stream().map(DeviceAddress::parse).toList();
  }
}
