package dev.plumbline.host.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.LabelSet;
import dev.plumbline.host.task.MultiLabel;
import dev.plumbline.host.task.Threshold;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The oracle is scikit-learn; the fixtures tell how they were made. */
class ScoresTest {
  private static final double ROUNDING = 1e-12;

  private static JsonNode fixture(String name) throws IOException {
    try (InputStream in = ScoresTest.class.getResourceAsStream("/score/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static float[] floats(JsonNode row) {
    float[] floats = new float[row.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = row.get(i).floatValue();
    }
    return floats;
  }

  private static Map<String, Double> measured(Scorer scorer) {
    Map<String, Double> values = new LinkedHashMap<>();
    scorer.measures().forEach(m -> values.put(m.key(), m.value()));
    return values;
  }

  private static LabelSet labels(JsonNode flags) {
    List<Integer> numbers = new ArrayList<>();
    for (int c = 0; c < flags.size(); c++) {
      if (flags.get(c).intValue() == 1) {
        numbers.add(c);
      }
    }
    return LabelSet.known(numbers);
  }

  @Test
  void meanAveragePrecisionAndF1AreThoseOfScikitLearn() throws IOException {
    JsonNode fixture = fixture("multi-label.json");
    assertEquals(2, fixture.get("cases").size());
    for (JsonNode expected : fixture.get("cases")) {
      List<Double> thresholds = new ArrayList<>();
      expected.get("thresholds").forEach(t -> thresholds.add(t.doubleValue()));
      Scorer scorer = Scorers.of(new MultiLabel(6, thresholds));
      for (int i = 0; i < fixture.get("rows").size(); i++) {
        scorer.add(floats(fixture.get("rows").get(i)), labels(fixture.get("truth").get(i)));
      }
      Map<String, Double> found = measured(scorer);
      assertEquals(
          List.of("mean_average_precision", "f1_micro", "f1_macro"), List.copyOf(found.keySet()));
      found.forEach(
          (key, value) -> assertEquals(expected.get(key).doubleValue(), value, ROUNDING, key));
    }
  }

  @Test
  void accuracyAndTopFiveAreThoseOfScikitLearn() throws IOException {
    JsonNode fixture = fixture("top-5.json");
    Scorer scorer = Scorers.of(Classification.PLAIN);
    for (int i = 0; i < fixture.get("rows").size(); i++) {
      scorer.add(
          floats(fixture.get("rows").get(i)), Label.known(fixture.get("labels").get(i).intValue()));
    }
    Map<String, Double> found = measured(scorer);
    assertEquals(List.of("accuracy", "top_5_accuracy"), List.copyOf(found.keySet()));
    found.forEach(
        (key, value) -> assertEquals(fixture.get(key).doubleValue(), value, ROUNDING, key));
  }

  @Test
  void ofEqualScoresTheFirstFiveCount() {
    for (int label = 0; label < 7; label++) {
      Scorer scorer = Scorers.of(Classification.PLAIN);
      scorer.add(new float[7], Label.known(label));
      assertEquals(
          Map.of("accuracy", label < 1 ? 1.0 : 0, "top_5_accuracy", label < 5 ? 1.0 : 0),
          measured(scorer));
    }
  }

  @Test
  void fiveClassesHaveNoTopFive() {
    Scorer scorer = Scorers.of(Classification.PLAIN);
    scorer.add(new float[5], Label.known(3));
    assertEquals(Map.of("accuracy", 0.0), measured(scorer));
  }

  /** A label below the threshold is not decided for, and still among the first five. */
  @Test
  void aThresholdGoesForTheDecisionOnly() {
    Decision truth = Label.known(2);
    Scorer scorer = Scorers.of(new Classification(Optional.of(new Threshold(0.9, 0))));
    scorer.add(new float[] {0, 0, 1, 0, 0, 0}, truth);
    assertEquals(Map.of("accuracy", 0.0, "top_5_accuracy", 1.0), measured(scorer));
  }
}
