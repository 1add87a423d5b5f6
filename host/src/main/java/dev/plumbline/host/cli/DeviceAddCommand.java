package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.fleet.FleetDevice;
import dev.plumbline.host.fleet.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    description = "Adds a device to the fleet; it need not be running.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceAddCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Parameters(index = "0", paramLabel = "NAME", description = "How the fleet calls it.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "HOST:PORT[/NAME]",
      description = "Where its agent listens, or the host that it has joined and its name there.")
  private String address;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "What it is and where it stands, such as site=plant-2; several by commas.")
  private List<String> labels = new ArrayList<>();

  @Override
  public Integer call() {
    Map<String, String> all = new TreeMap<>();
    for (String label : labels) {
      Labels.parse(label)
          .forEach(
              (key, value) -> {
                if (all.put(key, value) != null) {
                  throw new BadInputException("--label " + key + " is there twice, expected once");
                }
              });
    }
    FleetDevice device = new FleetDevice(name, DeviceAddress.parse(address), all, Instant.now());
    databases.open().devices().add(device);
    common.answer(
        DeviceListCommand.asMap(device), List.of("added " + DeviceListCommand.line(device)));
    return 0;
  }
}
