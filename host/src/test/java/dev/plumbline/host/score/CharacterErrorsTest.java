package dev.plumbline.host.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.task.Alphabet;
import dev.plumbline.host.task.Sequence;
import dev.plumbline.host.task.Sequence.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The oracle is jiwer's {@code cer} on the same texts, with code points outside the basic plane and
 * combining marks among them; {@code kinds/sequence/cer.json} keeps what it gave.
 */
class CharacterErrorsTest {
  private JsonNode oracle;
  private Sequence task;

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/kinds/sequence/cer.json")) {
      oracle = new ObjectMapper().readTree(in);
    }
    TreeSet<String> characters = new TreeSet<>();
    for (JsonNode pair : oracle.path("pairs")) {
      (pair.path("reference").asText() + pair.path("hypothesis").asText())
          .codePoints()
          .forEach(c -> characters.add(Character.toString(c)));
    }
    task =
        new Sequence(
            characters.size() + 1,
            0,
            Layout.NTC,
            Optional.of(new Alphabet(List.copyOf(characters))));
  }

  /** A model that is sure of a text: a blank behind each of its characters. */
  private float[] row(String text) {
    List<Integer> classes = task.known(text).classes();
    int steps = 1 + 2 * classes.size();
    float[] row = new float[steps * task.classes()];
    for (int t = 0; t < steps; t++) {
      row[t * task.classes() + (t % 2 == 0 ? 0 : classes.get(t / 2))] = 1;
    }
    return row;
  }

  private List<Measure> measures(Iterable<JsonNode> pairs) {
    Scorer scorer = Scorers.of(task);
    for (JsonNode pair : pairs) {
      scorer.add(
          row(pair.path("hypothesis").asText()), task.known(pair.path("reference").asText()));
    }
    return scorer.measures();
  }

  @Test
  void theRateOfEachTextIsThatOfJiwer() {
    int compared = 0;
    for (JsonNode pair : oracle.path("pairs")) {
      if (!pair.path("cer").isNull()) {
        Measure rate = measures(List.of(pair)).get(0);
        assertEquals("cer", rate.key());
        assertEquals(pair.path("cer").asDouble(), rate.value(), 1e-12, pair.toString());
        compared++;
      }
    }
    assertEquals(37, compared);
  }

  @Test
  void theRateOfAllTextsIsThatOfJiwerAndExactOnesAreCounted() {
    List<Measure> all = measures(oracle.path("pairs"));
    assertEquals(oracle.path("all").asDouble(), all.get(0).value(), 1e-12);
    int exact = 0;
    for (JsonNode pair : oracle.path("pairs")) {
      exact += pair.path("reference").equals(pair.path("hypothesis")) ? 1 : 0;
    }
    assertEquals("exact_match", all.get(1).key());
    assertEquals((double) exact / oracle.path("pairs").size(), all.get(1).value(), 1e-12);
  }

  @Test
  void charactersThatTheModelDoesNotKnowAreErrors() {
    Scorer scorer = Scorers.of(task);
    scorer.add(row("12"), task.known("1\u20ac"));
    assertEquals(0.5, scorer.measures().get(0).value());
    assertEquals(0, scorer.measures().get(1).value());
  }
}
