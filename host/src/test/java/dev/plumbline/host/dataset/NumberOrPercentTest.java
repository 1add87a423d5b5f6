package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberOrPercentTest {
  @ParameterizedTest
  @CsvSource({"10%, 0.1", "' 2.5% ', 0.025", "0.25, 0.25", "0%, 0", "150%, 1.5", "-5%, -0.05"})
  void aPercentageIsAHundredthAndANumberItself(String text, double share) {
    // Division by 100 rounds once.
    assertEquals(share, NumberOrPercent.parse(text).share(), Math.ulp(share));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "ten", "5%%", "5 %x"})
  void anythingElseIsNoNumber(String text) {
    assertThrows(NumberFormatException.class, () -> NumberOrPercent.parse(text));
  }
}
