package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.device.DeviceAddress;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  @Test
  void labelsAreReadAndWrittenInOrderOfTheirNames() {
    assertEquals(
        Map.of("site", "plant-2", "cpu", "cortex-a53"),
        Labels.parse("site=plant-2, cpu=cortex-a53"));
    assertEquals(
        "cpu=cortex-a53,site=plant-2", Selector.parse("site=plant-2,cpu=cortex-a53").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "site", "site=", "=plant", "a=1,", "a=1,a=2", "a b=1", "a=<b>"})
  void whatIsNoLabelIsRefused(String text) {
    Refusal.says(() -> Labels.parse(text), "label", "expected NAME=VALUE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "Proxy", "1.2.3.4:80", "a b", "../x", "-x"})
  void aNameThatAnotherJudgeHasOrNobodyCanTypeIsRefused(String name) {
    Refusal.says(
        () -> new FleetDevice(name, new DeviceAddress("h", 1), Map.of(), Instant.EPOCH),
        "device name '" + name + "'",
        "expected letters");
  }
}
