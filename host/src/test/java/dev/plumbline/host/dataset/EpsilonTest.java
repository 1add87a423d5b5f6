package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EpsilonTest {
  @ParameterizedTest
  @CsvSource({"8, 8", "8/255, 8", "64/255, 64", " 16 / 255 , 16", "0.5, 0.5", "1/2, 127.5"})
  void stepsAndFractionsOfTheRangeAreTheSame(String text, double steps) {
    assertEquals(steps, Epsilon.parse(text).steps());
    assertEquals(steps / 255, Epsilon.parse(text).ofRange());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "8/", "8/255/1", "0", "-1", "8/0", "NaN", "8,16"})
  void anythingElseIsRefusedWithWhatIsExpected(String text) {
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> Epsilon.parse(text)).getMessage();
    assertTrue(refusal.startsWith("epsilon "), refusal);
    assertTrue(refusal.endsWith("or a fraction such as 8/255"), refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"256", "2/1"})
  void whatNoPixelCanChangeByIsOfTensorsAlone(String text) {
    Epsilon epsilon = Epsilon.parse(text);
    for (Executable use :
        List.<Executable>of(epsilon::ofRange, () -> Epsilon.whole(List.of(epsilon)))) {
      String refusal = assertThrows(IllegalArgumentException.class, use).getMessage();
      assertTrue(refusal.endsWith("or a fraction such as 8/255"), refusal);
    }
  }

  @Test
  void onlyWholeStepsAreTakenWherePixelsGoByWholeOnes() {
    assertEquals(List.of(2, 8), Epsilon.whole(List.of(new Epsilon(2), Epsilon.parse("8/255"))));
    List<Epsilon> half = List.of(new Epsilon(0.5));
    assertThrows(IllegalArgumentException.class, () -> Epsilon.whole(half));
  }
}
