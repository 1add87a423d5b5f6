package dev.plumbline.host.fleet;

import static dev.plumbline.host.fleet.NotedRuns.DEVIATES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.device.DeviceAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The devices that a fleet keeps. */
interface FleetDevicesContract extends FreshFleet {
  Instant ADDED = Instant.parse("2026-11-03T14:05:09.123456Z");

  static FleetDevice device(String name, String labels) {
    return new FleetDevice(
        name, new DeviceAddress("192.168.1.20", 7070), Labels.parse(labels), ADDED);
  }

  @Test
  default void devicesAreListedByNameAndSurviveTheProgram() {
    FleetDevice pi = device("pi-7", "site=plant-2,cpu=cortex-a53");
    FleetDevice bare = new FleetDevice("jetson", new DeviceAddress("fe80::1", 1), Map.of(), ADDED);
    fleet().devices().add(pi);
    fleet().devices().add(bare);
    assertEquals(List.of(bare, pi), FleetDatabase.open(url()).devices().all());
    assertEquals(pi, fleet().devices().named("pi-7"));
  }

  @Test
  default void aNameThatIsTakenIsRefused() {
    fleet().devices().add(device("pi-7", "site=plant-2"));
    Refusal.says(
        () -> fleet().devices().add(device("pi-7", "site=plant-3")),
        "pi-7",
        "in the fleet already, at 192.168.1.20:7070",
        "expected another name");
    assertEquals("plant-2", fleet().devices().named("pi-7").labels().get("site"));
  }

  @Test
  default void aSelectorMeansTheDevicesWithAllItsLabels() {
    fleet().devices().add(device("a", "site=plant-1,cpu=cortex-a53"));
    fleet().devices().add(device("b", "site=plant-2,cpu=cortex-a53"));
    fleet().devices().add(device("c", "site=plant-2,cpu=cortex-a76"));
    assertEquals(
        List.of("b", "c"),
        fleet().devices().select(Selector.parse("site=plant-2")).stream()
            .map(FleetDevice::name)
            .toList());
    assertEquals(
        List.of("b"),
        fleet().devices().select(Selector.parse("cpu=cortex-a53, site=plant-2")).stream()
            .map(FleetDevice::name)
            .toList());
    Refusal.says(
        () -> fleet().devices().select(Selector.parse("site=plant-9")), "site=plant-9", "plant-2");
  }

  @Test
  default void aDeviceThatIsRemovedIsGoneAndItsVerdictsStay() {
    fleet().devices().add(device("pi-7", "site=plant-2"));
    long run = noted().run("pi-7", Map.of("a", DEVIATES));
    fleet().devices().remove("pi-7");
    assertEquals(List.of(), fleet().devices().all());
    assertEquals(run, noted().baseline("pi-7").orElseThrow().run());
    Refusal.says(() -> fleet().devices().remove("pi-7"), "pi-7 is not in the fleet");
  }
}
