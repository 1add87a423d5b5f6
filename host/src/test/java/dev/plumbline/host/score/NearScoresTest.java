package dev.plumbline.host.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decisions;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Numbers;
import dev.plumbline.host.task.Partners;
import dev.plumbline.host.task.Points;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle is scikit-learn, and NumPy where it has no such figure; the fixture tells which. */
class NearScoresTest {
  /** Rows and cosines are float32, sums are double. */
  private static final double ROUNDING = 1e-9;

  private JsonNode fixture;

  @BeforeEach
  void readFixture() throws IOException {
    try (InputStream in = NearScoresTest.class.getResourceAsStream("/score/near-kinds.json")) {
      fixture = new ObjectMapper().readTree(in);
    }
  }

  private static float[][] rows(JsonNode list) {
    float[][] rows = new float[list.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[list.get(i).size()];
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] = list.get(i).get(k).floatValue();
      }
    }
    return rows;
  }

  private static void isExpected(
      JsonNode expected, Task task, float[][] rows, List<Decision> truth) {
    Scorer scorer = Scorers.of(task);
    for (int i = 0; i < rows.length; i++) {
      scorer.add(rows[i], truth.get(i));
    }
    Map<String, Double> found = new LinkedHashMap<>();
    scorer.measures().forEach(m -> found.put(m.key(), m.value()));
    assertEquals(
        expected.properties().stream().map(Map.Entry::getKey).toList(),
        List.copyOf(found.keySet()));
    found.forEach(
        (key, value) -> assertEquals(expected.get(key).doubleValue(), value, ROUNDING, key));
  }

  private List<Decision> identities() {
    List<Decision> labels = new ArrayList<>();
    fixture.get("embedding").get("ids").forEach(id -> labels.add(Label.known(id.intValue())));
    return labels;
  }

  @Test
  void verificationAndRecallAreThoseOfScikitLearn() {
    JsonNode of = fixture.get("embedding");
    float[][] rows = rows(of.get("rows"));
    isExpected(of.get("expected"), new Embedding(0.9, Optional.empty()), rows, identities());
    Scorer scorer = Scorers.of(new Embedding(0.9, Optional.of(0.5)));
    for (int i = 0; i < rows.length; i++) {
      scorer.add(rows[i], identities().get(i));
    }
    Measure accuracy =
        scorer.measures().stream()
            .filter(m -> m.key().equals("verification_accuracy"))
            .findFirst()
            .orElseThrow();
    assertEquals(of.get("accuracy_at_0.5").doubleValue(), accuracy.value(), ROUNDING);
  }

  @Test
  void pairsOfAListAreVerifiedAlone() {
    List<Map<Integer, Boolean>> same = new ArrayList<>();
    float[][] rows = rows(fixture.get("embedding").get("rows"));
    for (int i = 0; i < rows.length; i++) {
      same.add(new HashMap<>());
    }
    for (JsonNode pair : fixture.get("pairs").get("pairs")) {
      same.get(pair.get(0).intValue()).put(pair.get(1).intValue(), pair.get(2).intValue() == 1);
    }
    List<Decision> truth = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      truth.add(new Partners(i, same.get(i)));
    }
    isExpected(
        fixture.get("pairs").get("expected"), new Embedding(0.9, Optional.empty()), rows, truth);
  }

  @Test
  void pairsFlipWhereTheTwoModelsAreOnDifferentSidesOfTheThreshold() {
    JsonNode of = fixture.get("embedding");
    Task task = new Embedding(0.9, Optional.empty());
    List<Decision> original = task.decide(rows(of.get("rows")));
    List<Decision> compressed = task.decide(rows(of.get("compressed")));
    PairFlips best =
        PairFlips.of(new Embedding(0.9, Optional.empty()), identities(), original, compressed);
    assertEquals(of.get("flips").intValue(), best.flipped());
    assertEquals(70 * 69 / 2, best.pairs());
    PairFlips given =
        PairFlips.of(new Embedding(0.9, Optional.of(0.5)), identities(), original, compressed);
    assertEquals(of.get("flips_at_0.5").intValue(), given.flipped());
  }

  @Test
  void errorsOfARegressionAreThoseOfScikitLearn() throws IOException {
    JsonNode of = fixture.get("regression");
    List<Decision> truth = new ArrayList<>();
    for (JsonNode row : of.get("truth")) {
      truth.add(Numbers.of(Decisions.read("{\"numbers\":" + row + "}")));
    }
    isExpected(
        of.get("expected"),
        task("{'kind':'regression','distance':'max','bound':0.5,'unit':''}"),
        rows(of.get("rows")),
        truth);
  }

  @Test
  void correctKeypointsAreCountedAsByNumPy() throws IOException {
    JsonNode of = fixture.get("keypoints");
    List<Decision> truth = new ArrayList<>();
    for (JsonNode row : of.get("truth")) {
      List<String> numbers = new ArrayList<>();
      for (JsonNode point : row) {
        numbers.add(point.isNull() ? "null,null,0" : point.get(0) + "," + point.get(1) + ",1");
      }
      truth.add(Points.of(Decisions.read("{\"points\":[" + String.join(",", numbers) + "]}")));
    }
    for (String reference : List.of("picture", "box")) {
      String share = reference.equals("box") ? "0.2" : "0.05";
      isExpected(
          of.get(reference),
          task(
              "{'kind':'keypoints','form':'xy','points':4,'map_width':1,'map_height':1,"
                  + "'unit':'pixels','bound':3,'width':64,'height':48,'pck':"
                  + share
                  + ",'reference':'"
                  + reference
                  + "'}"),
          rows(of.get("rows")),
          truth);
    }
  }

  private static Task task(String json) throws IOException {
    return Tasks.read(new ObjectMapper().readTree(json.replace('\'', '"')));
  }

  @Test
  void dataThatCannotBeScoredAreRefused() throws IOException {
    Scorer alone = Scorers.of(new Embedding(0.9, Optional.empty()));
    alone.add(new float[] {1, 0}, Label.known(0));
    alone.add(new float[] {1, 1}, Label.known(1));
    Refusal.says(alone::measures, "0 pairs of pictures of the same identity", "some of both");
    Scorer regression =
        Scorers.of(task("{'kind':'regression','distance':'l2','bound':1,'unit':'m'}"));
    Refusal.says(
        () -> regression.add(new float[2], Decisions.read("{\"numbers\":[1,2,3]}")),
        "2 numbers",
        "annotations 3");
  }
}
