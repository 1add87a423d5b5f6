package dev.plumbline.host.cli;

import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.JoinedDevices;
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
    description = "Lists the devices of the fleet, or the agents that have joined a host.",
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

  @Option(
      names = "--joined",
      paramLabel = "HOST:PORT",
      description = "Instead of the fleet, the agents that have joined this host ('serve').")
  private String joined;

  @Mixin private AccessOptions access;

  @Override
  public Integer call() {
    if (joined != null) {
      listJoined(DeviceAddress.parse(joined));
    } else {
      listFleet();
    }
    return 0;
  }

  private void listJoined(DeviceAddress host) {
    List<JoinedDevices.Joined> agents = JoinedDevices.of(host, access.access());
    common.answer(
        Map.of("agents", agents.stream().map(DeviceListCommand::asMap).toList()),
        agents.isEmpty()
            ? List.of("no agent has joined; 'agent --join " + host + "' on a device does")
            : agents.stream()
                .map(
                    agent ->
                        agent.address()
                            + " from "
                            + agent.from()
                            + ", "
                            + agent.fingerprint().arch()
                            + ", since "
                            + agent.since())
                .toList());
  }

  private static Map<String, Object> asMap(JoinedDevices.Joined agent) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", agent.address().agent().orElseThrow());
    map.put("address", agent.address().toString());
    map.put("from", agent.from());
    map.put("since", agent.since().toString());
    map.put("open_calls", agent.openCalls());
    map.put("arch", agent.fingerprint().arch());
    map.put("processor", agent.fingerprint().processor());
    map.put("runtime", agent.fingerprint().runtime());
    map.put("agent_version", agent.fingerprint().agentVersion());
    return map;
  }

  private void listFleet() {
    DeviceRegistry registry = databases.open().devices();
    List<FleetDevice> devices =
        selector == null ? registry.all() : registry.select(Selector.parse(selector));
    common.answer(
        Map.of("devices", devices.stream().map(DeviceListCommand::asMap).toList()),
        devices.isEmpty()
            ? List.of("the fleet is empty; 'device add NAME HOST:PORT' adds a device")
            : devices.stream().map(DeviceListCommand::line).toList());
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
