package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On {@link GuardGreys}. The halves and all counts come from Python: {@code
 * hashlib.sha256(struct.pack('>q', seed) + hashlib.sha256(pixels).digest()).digest()[0] & 1}.
 */
class GuardVerbTest {
  /** Far above what float32 rounds of a mean of 16 pixels, far below a step of one of them. */
  private static final double ROUNDED = 1e-6;

  @TempDir static Path temp;
  private static GuardGreys greys;
  private static Path original;
  private static Path compressed;
  private static Path corpus;
  private static Path data;

  @BeforeAll
  static void write() throws IOException {
    greys = new GuardGreys(temp);
    original = greys.original;
    compressed = greys.compressed;
    data = greys.data;
    corpus = greys.corpus("deviations", compressed, GuardGreys.DEVIATIONS);
  }

  private static VerbAnswer guard(Object... more) {
    return greys.guard(corpus, more);
  }

  private static void isShare(int count, int of, JsonNode share) {
    assertEquals(count, share.get("count").intValue(), share.toString());
    assertEquals(of, share.get("of").intValue(), share.toString());
  }

  @Test
  void theSmallestThresholdThatLeavesFewEnoughDeviationsIsMeasuredOnTheOtherHalf() {
    JsonNode json = guard("--max-left", "20%").done().json();
    assertEquals(0.0702, json.get("threshold").doubleValue(), 1e-4);
    isShare(20, 124, json.at("/calibrated/deferred"));
    isShare(1, 12, json.at("/calibrated/natural_left"));
    isShare(1, 8, json.at("/calibrated/adversarial_left"));
    isShare(16, 132, json.at("/measured/deferred"));
    isShare(1, 8, json.at("/measured/natural_left"));
    isShare(1, 12, json.at("/measured/adversarial_left"));
    // scipy.stats.binomtest(16, 132).proportion_ci(method="exact")
    assertEquals(0.0708959, json.at("/measured/deferred/low").doubleValue(), 1e-5);
    assertEquals(0.1893681, json.at("/measured/deferred/high").doubleValue(), 1e-5);
    assertEquals(0.2, json.at("/target/max_left").doubleValue());
    assertEquals("logits", json.get("unit").asText());
    JsonNode curve = json.get("curve");
    assertEquals(0, curve.get(0).get("deferred").doubleValue());
    assertEquals(1, curve.get(0).get("adversarial_left").doubleValue());
    for (int i = 1; i < curve.size(); i++) {
      for (String key : List.of("threshold", "deferred")) {
        assertTrue(
            curve.get(i).get(key).doubleValue() >= curve.get(i - 1).get(key).doubleValue(),
            curve.toString());
      }
    }
  }

  @Test
  void theLargestThresholdThatDefersFewEnoughPictures() {
    JsonNode json = guard("--max-deferred", "0.05").done().json();
    assertEquals(0.02314, json.get("threshold").doubleValue(), 1e-5);
    isShare(6, 124, json.at("/calibrated/deferred"));
    isShare(5, 132, json.at("/measured/deferred"));
    isShare(7, 8, json.at("/measured/natural_left"));
    isShare(10, 12, json.at("/measured/adversarial_left"));
  }

  @Test
  void anotherRandomSeedGivesOtherHalves() {
    JsonNode json = guard("--max-left", "20%", "--random-seed", 2).done().json();
    isShare(23, 141, json.at("/calibrated/deferred"));
    isShare(13, 115, json.at("/measured/deferred"));
    assertEquals(json, guard("--max-left", "20%", "--random-seed", 2).done().json());
  }

  @Test
  void theGuardedModelHasItsThresholdAndTheSameFirstOutput() {
    Path file = temp.resolve("guarded.onnx");
    JsonNode json = guard("--max-left", "20%", "--export", file).done().json();
    OnnxModel guarded = OnnxModel.read(file);
    assertEquals(guarded.sha256(), json.get("export_sha256").asText());
    assertEquals(
        List.of("logits", "certain"),
        guarded.graph().outputs().stream().map(output -> output.name()).toList());
    VerbAnswer again =
        VerbAnswer.of(
            "guard",
            "--original",
            original,
            "--compressed",
            file,
            "--corpus",
            corpus,
            "--data",
            data,
            "--max-left",
            "20%");
    again.isRefused("guarded already");
  }

  @Test
  void bothTargetsAndNeitherAreRefused() {
    guard().isRefused("--max-left", "--max-deferred", "expected one of them");
    guard("--max-left", "1%", "--max-deferred", "5%").isRefused("expected one of them");
    guard("--max-left", "0").isRefused("--max-left is '0'", "such as 1% or 0.01");
    guard("--max-deferred", "150%").isRefused("--max-deferred is '150%'");
    guard("--max-deferred", "some").isRefused("--max-deferred is 'some'");
  }

  @Test
  void tooLittleDataIsRefusedAndNothingIsWritten() {
    Path file = temp.resolve("never.onnx");
    guard("--max-left", "1%", "--export", file)
        .isRefused("8 deviations of the corpora", "expected at least 100");
    guard("--max-deferred", "1%", "--export", file)
        .isRefused("124 clean pictures", "expected at least 368");
    guard("--max-deferred", "5%", "--range", "0:40", "--export", file)
        .isRefused("clean pictures, too few");
    assertFalse(Files.exists(file));
  }

  @Test
  void aCorpusOfAnotherModelIsRefused() {
    Path other = greys.grey.writeModel("other", 0.45f);
    Path ofOther = greys.corpus("of-other", other, GuardGreys.DEVIATIONS);
    guard("--corpus", ofOther, "--max-left", "20%").isRefused("of-other", "SHA-256");
  }

  @Test
  void severalCorporaCountTogether() {
    Path more = greys.corpus("more", compressed, List.of(110, 112, 114));
    JsonNode json = guard("--corpus", more, "--max-left", "20%").done().json();
    int deviations =
        json.at("/calibrated/adversarial_left/of").intValue()
            + json.at("/measured/adversarial_left/of").intValue();
    assertEquals(23, deviations);
  }

  @Test
  void evaluateTellsWhatIsDeferredAndLeft() {
    Path file = temp.resolve("evaluated.onnx");
    guard("--max-left", "20%", "--export", file).done();
    JsonNode json =
        VerbAnswer.of("evaluate", file, "--original", original, "--data", data, "--json")
            .done()
            .json();
    // Both halves together.
    isShare(36, 256, json.at("/guard/deferred"));
    isShare(2, 20, json.at("/guard/natural_left"));
    assertFalse(
        VerbAnswer.of("evaluate", compressed, "--data", data, "--json").done().json().has("guard"));
  }

  @Test
  void theAttackFindsPicturesPastTheThresholdThatTheOriginalHolds() {
    Path found = temp.resolve("past");
    JsonNode json =
        guard("--max-left", "50%", "--attack", found, "--attack-seeds", 200).done().json();
    JsonNode attack = json.get("attack");
    // The measured half without the corpus's seeds, greys 48 to 67.
    int seeds = attack.at("/seeds_past_guard/of").intValue();
    assertTrue(seeds > 100 && seeds < 132, attack.toString());
    double threshold = json.get("threshold").doubleValue();
    int past = 0;
    int near = 0;
    int all = 0;
    Corpus corpus = Corpus.open(found);
    for (CorpusInput input : corpus.inputs()) {
      double mean = 0;
      for (byte pixel : corpus.picture(input).bytes()) {
        mean += (pixel & 0xff) / 255.0 / 16;
      }
      if (input.pictureClass() == PictureClass.EFFECTIVE && mean > 0.42 && mean <= 0.5) {
        all++;
        past += mean - 0.42 >= threshold + ROUNDED ? 1 : 0;
        near += Math.abs(mean - 0.42 - threshold) < ROUNDED ? 1 : 0;
      }
    }
    int told = attack.get("past_guard").intValue();
    assertTrue(past <= told && told <= past + near, past + " and " + near + ", " + attack);
    assertTrue(past > 0 && past < all, past + " of " + all);
    // The ball of 8/255 reaches greys above the threshold and below 128 from about ten seeds.
    assertTrue(attack.at("/seeds_past_guard/count").intValue() >= 3, attack.toString());
    assertEquals(
        (float) threshold, ((Number) corpus.header().settings().get("past_margin")).floatValue());
  }

  @Test
  void theReportShowsTheCurveOfAGuardedModelOfItsCorpus() throws IOException {
    Path file = temp.resolve("reported.onnx");
    Path page = temp.resolve("report.html");
    guard("--max-left", "20%", "--export", file).done();
    VerbAnswer.of("report", corpus, "--guarded", file, "--out", page).done();
    String html = Files.readString(page);
    assertTrue(html.contains("Guard band: deferred against left"), html);
    assertTrue(html.contains("0.070, chosen"), html);
    Path never = temp.resolve("never.html");
    VerbAnswer.of("report", corpus, "--guarded", compressed, "--out", never)
        .isRefused("has no guard");
    Path ofOther =
        greys.corpus(
            "reported-other", greys.grey.writeModel("another", 0.44f), GuardGreys.DEVIATIONS);
    VerbAnswer.of("report", ofOther, "--guarded", file, "--out", never).isRefused("SHA-256");
    assertFalse(Files.exists(never));
  }
}
