package dev.plumbline.host.device;

import java.time.Duration;

/**
 * How an agent is.
 *
 * @param serving whether it takes work; false while it stops
 * @param models models in its store
 * @param uptime since it began to listen
 * @param residentBytes memory of its process, 0 where the device's system does not tell
 */
public record DeviceHealth(boolean serving, int models, Duration uptime, long residentBytes) {}
