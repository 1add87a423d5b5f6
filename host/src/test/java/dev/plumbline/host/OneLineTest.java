package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[31mred", // an escape sequence
        "\u009b31mred", // the same in one character
        "first\nplumbline: passed",
        "first\rplumbline: passed",
        "first\u2028second",
        "first\u0085second",
        "\u202eknip.exe", // right to left
        "\u2066isolated\u2069",
        "bell\u0007",
        "\u007f"
      })
  void whatATerminalObeysOrReordersIsReplaced(String text) {
    String line = OneLine.of(text);
    assertEquals(text.length(), line.length());
    assertFalse(line.chars().anyMatch(c -> OneLine.acts((char) c)), line);
  }

  @Test
  void lettersOfAllScriptsAndSignsStayAsTheyAre() {
    String text = "caf\u00e9 \u05d0\u05d1 \u6f22\u5b57 \ud83d\ude00 100 % <i> =1+1";
    assertSame(text, OneLine.of(text));
    assertEquals("", OneLine.of(null));
  }

  @Test
  void jsonMeansTheSameAndShowsNoneOfIt() throws IOException {
    Map<String, String> object = Map.of("name", "\u009b31m\u202e\u2028\u001b\n");
    ObjectMapper json = new ObjectMapper();
    String shown = OneLine.ofJson(json.writeValueAsString(object));
    assertEquals(object, json.readValue(shown, Map.class));
    assertFalse(shown.chars().anyMatch(c -> OneLine.acts((char) c)), shown);
  }
}
