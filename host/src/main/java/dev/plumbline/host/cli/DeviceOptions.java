package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetDevice;
import dev.plumbline.host.fleet.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which devices of the fleet, or beside it, are meant. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "NAME|HOST:PORT[/NAME]",
      arity = "1..*",
      parameterConsumer = DeviceWords.class,
      description =
          "A device of the fleet, an agent that listens at that address, or one that has joined"
              + " that host; may be given several times.")
  private List<String> devices = new ArrayList<>();

  @Option(
      names = "--select",
      paramLabel = "LABELS",
      description =
          "The devices of the fleet that have all of these labels, such as"
              + " site=plant-2,cpu=cortex-a53; may be given several times.")
  private List<String> selectors = new ArrayList<>();

  @Option(
      names = "--reconnect",
      paramLabel = "SECONDS",
      description =
          "How long to try to come back to a device that is lost while it works; 0 for not at all"
              + " (default: 60).")
  private long reconnectSeconds = DeviceAccess.USUAL_RECONNECT.toSeconds();

  /** The way to devices, with the time to come back to them. */
  DeviceAccess reconnecting(DeviceAccess access) {
    if (reconnectSeconds < 0) {
      throw new BadInputException(
          "--reconnect is " + reconnectSeconds + ", expected at least 0 seconds");
    }
    return access.withReconnect(Duration.ofSeconds(reconnectSeconds));
  }

  /** Whether none is meant, so that nobody has to look for the database. */
  boolean isEmpty() {
    return devices.isEmpty() && selectors.isEmpty();
  }

  /** Addresses by the names under which verdicts are kept; a device that is named twice is one. */
  Map<String, DeviceAddress> addresses(FleetDatabase database) {
    Map<String, DeviceAddress> addresses = new LinkedHashMap<>();
    for (String device : devices) {
      DeviceAddress address = database.devices().address(device);
      addresses.put(device.indexOf(':') >= 0 ? address.toString() : device, address);
    }
    for (String selector : selectors) {
      for (FleetDevice device : database.devices().select(Selector.parse(selector))) {
        addresses.put(device.name(), device.address());
      }
    }
    return addresses;
  }
}
