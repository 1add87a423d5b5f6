package dev.plumbline.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
  @ParameterizedTest(name = "{0} is {1} bytes")
  @CsvSource({
    "3g, 3221225472",
    "1.5G, 1610612736",
    "800m, 838860800",
    "800MiB, 838860800",
    "64k, 65536",
    "12345, 12345"
  })
  void sizesAreReadAsJavaReadsThem(String text, long bytes) {
    assertEquals(bytes, MemorySize.parse(text).bytes());
  }

  @ParameterizedTest(name = "''{0}'' is refused")
  @ValueSource(strings = {"", "0", "-3g", "three", "3x", "1e9", "999999999999999t", "NaN", "0.1"})
  void whatIsNoSizeIsRefused(String text) {
    BadInputException refused = assertThrows(BadInputException.class, () -> MemorySize.parse(text));
    assertEquals(
        "'" + text + "' is no size of memory, expected one above 0 such as 3g or 800m",
        refused.getMessage());
  }

  @Test
  void sizesAreShownInTheirLargestUnit() {
    assertEquals("1.5 GiB", MemorySize.parse("1.5g").toString());
    assertEquals("800 MiB", MemorySize.parse("800m").toString());
    assertEquals("500 bytes", MemorySize.parse("500").toString());
  }
}
