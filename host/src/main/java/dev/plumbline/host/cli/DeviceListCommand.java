package dev.plumbline.host.cli;

import dev.plumbline.host.fleet.DeviceRegistry;
import dev.plumbline.host.fleet.FleetDevice;
import dev.plumbline.host.fleet.Selector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Lists the devices of the fleet.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceListCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Option(
      names = "--select",
      paramLabel = "LABELS",
      description = "Only those that have all of these labels.")
  private String selector;

  @Override
  public Integer call() {
    DeviceRegistry registry = databases.open().devices();
    List<FleetDevice> devices =
        selector == null ? registry.all() : registry.select(Selector.parse(selector));
    common.answer(
        Map.of("devices", devices.stream().map(DeviceListCommand::asMap).toList()),
        devices.isEmpty()
            ? List.of("the fleet is empty; 'device add NAME HOST:PORT' adds a device")
            : devices.stream().map(DeviceListCommand::line).toList());
    return 0;
  }

  static Map<String, Object> asMap(FleetDevice device) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", device.name());
    map.put("address", device.address().toString());
    map.put("labels", device.labels());
    map.put("added", device.added().toString());
    return map;
  }

  static String line(FleetDevice device) {
    String labels =
        device.labels().entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
    return device.name() + " " + device.address() + (labels.isEmpty() ? "" : " " + labels);
  }
}
