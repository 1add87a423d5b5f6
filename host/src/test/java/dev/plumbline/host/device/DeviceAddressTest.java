package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:50051, 127.0.0.1, 50051",
    "jetson.local:1, jetson.local, 1",
    "[::1]:65535, ::1, 65535",
    "' pi:80 ', pi, 80",
  })
  void anAddressIsReadAndWrittenAlike(String text, String host, int port) {
    DeviceAddress address = DeviceAddress.parse(text);
    assertEquals(new DeviceAddress(host, port), address);
    assertEquals(text.trim(), address.toString());
  }

  @ParameterizedTest
  @CsvSource({"'gate:8080/pi-7', gate, 8080, pi-7", "'[::1]:80/a.b_c', ::1, 80, a.b_c"})
  void anAgentOfAHostThatItHasJoinedStandsBehindASlash(
      String text, String host, int port, String agent) {
    DeviceAddress address = DeviceAddress.parse(text);
    assertEquals(new DeviceAddress(host, port, Optional.of(agent)), address);
    assertEquals(text, address.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pi",
        ":80",
        "pi:",
        "pi:x",
        "pi:0",
        "pi:65536",
        "pi:-1",
        "::1:80",
        "http://pi:80",
        "a b:80",
        "[]:80",
        "pi:80/",
        "pi:80/a/b",
        "pi:80/../x",
        "pi:80/-x",
        "pi/x:80",
        "pi:99999999999"
      })
  void whatIsNoAddressIsNamedAndAnExampleGiven(String text) {
    BadInputException e = assertThrows(BadInputException.class, () -> DeviceAddress.parse(text));
    assertTrue(e.getMessage().startsWith("device address '" + text + "' has "), e.getMessage());
    assertTrue(e.getMessage().contains("expected HOST:PORT"), e.getMessage());
  }
}
