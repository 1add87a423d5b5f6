package dev.plumbline.host.fleet;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which devices of a fleet are meant: those that have all of these labels.
 *
 * @param labels values by name
 */
public record Selector(Map<String, String> labels) {
  public Selector {
    labels = Map.copyOf(labels);
  }

  /**
   * Reads {@code site=plant-2,cpu=cortex-a53}.
   *
   * @throws dev.plumbline.host.BadInputException if it is something else
   */
  public static Selector parse(String text) {
    return new Selector(Labels.parse(text));
  }

  public boolean matches(FleetDevice device) {
    return device.labels().entrySet().containsAll(labels.entrySet());
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return labels.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }
}
