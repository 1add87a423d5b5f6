package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.device.DeviceAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A device that the host knows.
 *
 * @param name unique in the fleet; verdicts are kept under it
 * @param address where its agent listens
 * @param labels what it is and where it stands: {@code site} is {@code plant-2}; in order of names
 * @param added when it came into the fleet
 */
public record FleetDevice(
    String name, DeviceAddress address, Map<String, String> labels, Instant added) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public FleetDevice {
    if (!NAME.matcher(name).matches() || isJudge(name)) {
      throw new BadInputException(
          "device name '"
              + name
              + "' cannot be used, expected letters, digits, dots, dashes and underscores, up to"
              + " 63, and neither host nor proxy, which are judges of their own");
    }
    labels.forEach(Labels::require);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  private static boolean isJudge(String name) {
    for (JudgeKind kind : JudgeKind.values()) {
      if (kind != JudgeKind.DEVICE && kind.toString().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
