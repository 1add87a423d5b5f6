package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.host.task.Label;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void everyVerdictIsWrittenWithTheSameKeysAndReadWithoutTheLast() throws JsonProcessingException {
    assertEquals(
        "{\"deviates\":true,\"label\":3,\"confidence\":0.5,\"outcome\":\"deviates\"}",
        JSON.writeValueAsString(Verdict.decided(true, new Label(3, 0.5f))));
    assertEquals(
        Verdict.of(Outcome.AGREES, 1, 0.25f),
        JSON.readValue("{\"deviates\":false,\"label\":1,\"confidence\":0.25}", Verdict.class));
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void everyOutcomeComesBackAsItWas(Outcome outcome) throws JsonProcessingException {
    boolean labelled = outcome.isDecided() || outcome == Outcome.FLAKY;
    Verdict verdict = labelled ? Verdict.of(outcome, 2, 0.75f) : Verdict.failed(outcome);
    assertEquals(verdict, JSON.readValue(JSON.writeValueAsString(verdict), Verdict.class));
    assertEquals(outcome, Outcome.ofWord(outcome.word()));
    assertEquals(outcome == Outcome.DEVIATES, verdict.deviates());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"deviates\":true,\"label\":3}",
        "{\"deviates\":\"yes\",\"label\":3,\"confidence\":0.5}",
        "{\"deviates\":true,\"label\":3.5,\"confidence\":0.5}",
        "{\"deviates\":true,\"label\":3,\"confidence\":1.5}",
        "{\"deviates\":true,\"label\":-1,\"confidence\":0.5}",
        "{\"deviates\":true,\"label\":3,\"confidence\":0.5,\"mood\":\"good\"}",
        "{\"deviates\":true,\"label\":3,\"confidence\":0.5,\"outcome\":\"flaky\"}",
        "{\"deviates\":false,\"label\":3,\"confidence\":0.5,\"outcome\":\"odd\"}",
        "{\"deviates\":false,\"label\":3,\"confidence\":0.5,\"outcome\":\"crashed\"}",
        "{\"deviates\":true,\"label\":3,\"confidence\":0.5,\"margin\":\"much\"}",
        "{\"deviates\":false,\"label\":-1,\"confidence\":0,\"outcome\":\"crashed\",\"margin\":1}",
        "3"
      })
  void aVerdictThatDoesNotHoldTogetherIsRefused(String json) {
    assertThrows(
        ValueInstantiationException.class, () -> JSON.readValue(json, Verdict.class), json);
  }

  @Test
  void aFlakyVerdictKeepsItsLabelAndIsNoDeviation() {
    Verdict flaky = Verdict.decided(true, new Label(3, 0.5f)).flaky();
    assertEquals(Optional.of(new Label(3, 0.5f)), flaky.decision());
    assertFalse(flaky.deviates());
    assertFalse(flaky.isDecided());
    assertTrue(flaky.toString().contains("flaky"));
  }

  @Test
  void aMarginIsWrittenLastAndReadAgain() throws JsonProcessingException {
    Verdict verdict = Verdict.decided(true, new Label(3, 0.5f)).withMargin(0.75);
    String json = JSON.writeValueAsString(verdict);
    assertEquals(
        "{\"deviates\":true,\"label\":3,\"confidence\":0.5,\"outcome\":\"deviates\",\"margin\":0.75}",
        json);
    assertEquals(verdict, JSON.readValue(json, Verdict.class));
    assertEquals(verdict.margin(), verdict.flaky().margin());
  }
}
