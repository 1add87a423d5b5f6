package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verb search answers, leaves behind and refuses. */
class SearchVerbTest {
  @TempDir Path temp;
  private GreyFixture grey;
  private Path original;
  private Path found;

  @BeforeEach
  void writeModelAndData() throws IOException {
    grey = new GreyFixture(temp);
    original = grey.writeModel("original", 0.5f);
    grey.writeDataWithOneBrightPictureAmongTheDark();
    found = temp.resolve("found");
  }

  private VerbAnswer search(Path compressed, Object... more) {
    Object[] args = {
      "search",
      "--original",
      original,
      "--compressed",
      compressed,
      "--data",
      grey.data(),
      "--out",
      found
    };
    return grey.run(VerbAnswer.with(args, more));
  }

  private VerbAnswer twoSteps(Path compressed) {
    return search(compressed, "--steps", 2, "--json", "--accelerator", "cpu").done();
  }

  @Test
  void anUnknownAlgorithmIsRefused() {
    search(original, "--algorithm", "guess").isRefused("guess", "compd");
    assertFalse(Files.exists(found));
  }

  @Test
  void searchAnswersWithTheKeysOfTheContract() {
    Path compressed = grey.writeModel("compressed", 0.52f);
    VerbAnswer answer = twoSteps(compressed);
    answer.isOneJsonObject(
        "seeds",
        "mutated",
        "effective",
        "valid",
        "invalid",
        "seeds_with_deviation",
        "mean_rms",
        "mean_linf",
        "by_confidence",
        "seconds",
        "kept",
        "natural",
        "run");
    assertEquals(8, answer.json().get("mutated").asInt());
    assertTrue(Files.exists(found.resolve("corpus.json")));
    // The host has judged what was found.
    grey.run("check", "--corpus", found, "--model", compressed, "--accelerator", "cpu").done();
  }

  /** The pictures 1.png of the folder dark are bright: the original calls them light. */
  @Test
  void searchMarksSeedsThatTheOriginalGetsWrongAndCountsDeviationsByConfidence()
      throws IOException {
    JsonNode sure = twoSteps(grey.writeModel("compressed", 0.9f)).json().get("by_confidence");
    // Three bright seeds of 210 to 230: the original's logits are 0.5 and 0.82 to 0.9, so that its
    // confidence is below 0.6; the compressed model's 0.9 outweighs them.
    assertEquals("{\"0.5\":3,\"0.7\":0,\"0.9\":0}", sure.toString());
    for (String row : Files.readAllLines(found.resolve("inputs.jsonl"))) {
      JsonNode json = new ObjectMapper().readTree(row);
      boolean wrong = json.get("seed").asInt() == 2;
      assertEquals(wrong, json.has("data_label"), row);
      assertEquals(wrong ? 0 : -1, json.path("data_label").asInt(-1), row);
    }
  }

  @Test
  void aLeastConfidenceThatNobodyHeedsOrNothingHasIsRefused() {
    search(original, "--min-confidence", "1").isRefused("--min-confidence is 1.0", "below 1");
    search(original, "--min-confidence", "0.7", "--algorithm", "compd")
        .isRefused("compd", "boundary");
    assertFalse(Files.exists(found));
  }
}
