package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
  private static final List<String> KNOWN =
      List.of("--data", "--out", "--random-seed", "search", "learned_scales", "seeds");

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "--dta, --data",
    "--ouput, ''",
    "--random_seed, --random-seed",
    "-out, --out",
    "serach, search",
    "learnedScales, learned_scales",
    "SEED, seeds",
    "--frobnicate, ''",
    "x, ''",
  })
  void theWordOfFewestKeystrokesIsMeant(String typed, String meant) {
    assertEquals(
        meant.isEmpty() ? Optional.empty() : Optional.of(meant), NearestWord.of(typed, KNOWN));
  }

  @Test
  void whereNothingIsNearThereIsNoHint() {
    assertEquals("", NearestWord.hint("frobnicate", KNOWN));
    assertEquals("", NearestWord.hint("search", List.of()));
  }
}
