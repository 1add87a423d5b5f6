package dev.plumbline.host.cli;

import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.DeviceHealth;
import dev.plumbline.host.device.Fingerprint;
import dev.plumbline.host.fleet.FleetDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "describe",
    description = "Asks a device for its fingerprint (processor, runtime, provider) and its state.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceDescribeCommand implements Callable<Integer> {
  private static final int MEBIBYTE = 1 << 20;

  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;
  @Mixin private AccessOptions access;

  @Parameters(paramLabel = "NAME", description = "How the fleet calls it.")
  private String name;

  @Override
  public Integer call() {
    FleetDevice device = databases.open().devices().named(name);
    Map<String, Object> answer = new LinkedHashMap<>(DeviceListCommand.asMap(device));
    try (DeviceClient client = new DeviceClient(device.address(), access.access())) {
      Fingerprint fingerprint = client.describe();
      DeviceHealth health = client.health();
      answer.put("device", fingerprint.device());
      answer.put("arch", fingerprint.arch());
      answer.put("processor", fingerprint.processor());
      answer.put("int8_features", fingerprint.int8Features());
      answer.put("emulator", fingerprint.emulator());
      answer.put("os", fingerprint.os());
      answer.put("runtime", fingerprint.runtime());
      answer.put("provider", fingerprint.provider());
      answer.put("threads", fingerprint.threads());
      answer.put("agent_version", fingerprint.agentVersion());
      answer.put("serving", health.serving());
      answer.put("models", health.models());
      answer.put("uptime_seconds", health.uptime().toSeconds());
      answer.put("ran", client.ran());
      answer.put("resident_mebibytes", health.residentBytes() / MEBIBYTE);
    }
    List<String> lines = new ArrayList<>();
    answer.forEach((key, value) -> lines.add(key.replace('_', ' ') + ": " + value));
    common.answer(answer, lines);
    return 0;
  }
}
