package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repair that the score of a task's own kind guards. */
class KindRepairTest {
  private static final KindFixture KIND = KindFixture.REGRESSION;

  @TempDir Path temp;

  private Object[] repair(Path compressed, Object... more) {
    Object[] repair = {
      "repair",
      "--original",
      KIND.original(),
      "--compressed",
      compressed,
      "--corpus",
      corpus(),
      "--epochs",
      "1",
      "--training-seeds",
      "2",
      "--attack-seeds",
      "0",
      "--max-accuracy-drop",
      "50",
      "--database",
      "jdbc:h2:file:" + temp.resolve("fleet"),
      "--out",
      temp.resolve("r.onnx"),
      "--json"
    };
    return KIND.data(VerbAnswer.with(repair, more));
  }

  private Path corpus() {
    return temp.resolve("corpus");
  }

  @Test
  void annotationsOfAllDataGuardTheScoreOfItsCleanPictures() {
    Path compressed = KIND.quantizedIn(temp);
    Object[] search = {
      "search",
      "--original",
      KIND.original(),
      "--compressed",
      compressed,
      "--out",
      corpus(),
      "--range",
      "0:4",
      "--steps",
      "6",
      "--epsilon",
      "16"
    };
    VerbAnswer.of(KIND.data(search)).done();
    Object[] noted = {"--annotations", KIND.annotated()};
    VerbAnswer.of(repair(compressed, VerbAnswer.with(noted, "--rounds", "0")))
        .isRefused("--annotations", "--rounds is 0");
    JsonNode answer =
        VerbAnswer.of(repair(compressed, VerbAnswer.with(noted, "--rounds", "1"))).done().json();
    JsonNode ledger = answer.get("ledger");
    assertTrue(ledger.at("/rounds/0/score").isObject(), ledger.toString());
    assertEquals(KIND.score, ledger.at("/rounds/0/score/key").asText());
    // The clean pictures are the last fifth of the data, of which the annotations tell all.
    Object[] evaluate = {"evaluate", compressed, "--range", "32:40", "--json"};
    JsonNode evaluated = VerbAnswer.of(KIND.data(VerbAnswer.with(evaluate, noted))).done().json();
    assertEquals(
        evaluated.get(KIND.score).doubleValue(),
        ledger.at("/start/score/value").doubleValue(),
        1e-9,
        ledger.toString());
    assertTrue(ledger.at("/start/accuracy").isNull(), ledger.toString());
  }
}
