package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs on tiny models that are no classifiers; bench/kinds made them and their pictures. */
class KindJobsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  /** A job of a few seconds, with more keys at its end. */
  private Path job(KindFixture kind, Path compressed, String more) throws IOException {
    return job(kind, compressed, rounds(kind), 0, more);
  }

  private Path job(KindFixture kind, Path compressed, int rounds, int attackSeeds, String more)
      throws IOException {
    String part = "{data: %s, unlabelled: true".formatted(kind.folder.resolve("pictures"));
    if (kind.namesClasses()) {
      part += ", classes: " + kind.folder.resolve("classes.txt");
    }
    return Files.writeString(
        temp.resolve("job.yaml"),
        """
        original: %1$s
        pairs: {int8: %2$s}
        preprocessing: {mean: [0, 0, 0], std: [1, 1, 1]}
        task: "%3$s"
        seeds: %4$s, range: "0:6"}
        heldout: %4$s, range: "6:10"}
        evaluation: %4$s}
        training: %4$s, range: "10:22"}
        search: {steps: 8}
        repair: {epochs: 1, rounds: %5$d, training_seeds: 2, attack_seeds: %6$d, max_accuracy_drop: 50}
        epsilon: [4]
        random_seed: 1
        allow_overlap: true
        """
                .formatted(kind.original(), compressed, kind.task, part, rounds, attackSeeds)
            + more);
  }

  /** A round searches at length, which takes a detector half a minute. */
  private static int rounds(KindFixture kind) {
    return kind == KindFixture.REGRESSION ? 1 : 0;
  }

  private VerbAnswer run(Path job) {
    return VerbAnswer.of(
        "run",
        job,
        "--out",
        temp.resolve("out"),
        "--accelerator",
        "cpu",
        "--database",
        "jdbc:h2:file:" + temp.resolve("fleet"));
  }

  private JsonNode pair() throws IOException {
    return JSON.readTree(temp.resolve("out/summary.json").toFile()).get("int8");
  }

  @ParameterizedTest
  @EnumSource(
      value = KindFixture.class,
      names = {"DETECTION", "REGRESSION"})
  void aJobSearchesRepairsAndTellsTheScoreOfItsTask(KindFixture kind) throws IOException {
    Path compressed = kind.quantizedIn(temp);
    Path job = job(kind, compressed, "annotations: " + kind.annotated());
    run(job).done();

    JsonNode pair = pair();
    JsonNode score = pair.get("score");
    assertEquals(kind.score, score.get("key").asText());
    assertEquals(kind.name, score.get("name").asText());
    assertEquals(kind == KindFixture.REGRESSION, score.get("lower_is_better").asBoolean());
    // Evaluate measures the same, and other tests hold it against libraries of the field.
    assertEquals(evaluated(kind, kind.original()), score.get("original").asDouble(), 1e-9);
    assertEquals(evaluated(kind, compressed), score.get("compressed").asDouble(), 1e-9);
    Path repaired = temp.resolve("out/int8/repaired.onnx");
    assertEquals(evaluated(kind, repaired), score.get("repaired").asDouble(), 1e-9);
    assertTrue(pair.get("accuracy").isNull(), pair.toString());

    assertTrue(pair.get("natural").get("pictures").asInt() == 6, pair.toString());
    assertTrue(pair.get("agreement").get("repaired").asDouble() > 0, pair.toString());
    assertTrue(
        pair.get("repair").get("corpus_after").asInt()
            <= pair.get("repair").get("corpus_before").asInt(),
        pair.toString());
    for (JsonNode round : pair.get("repair").get("rounds")) {
      assertTrue(round.get("score").isNumber(), round.toString());
    }
    assertEquals(rounds(kind), pair.get("repair").get("rounds").size());
    assertEquals(kind.attackedFrom, pair.get("fgsm_away_from").asText());
    double kept = pair.get("fgsm").get("4").get("original").asDouble();
    assertTrue(kept >= 0 && kept <= 1, pair.toString());

    String page = Files.readString(temp.resolve("out/report.html"));
    assertTrue(page.contains(kind.name), page);
    assertFalse(page.contains("Accuracy, clean"), page);
    assertEquals(kind == KindFixture.REGRESSION, page.contains("lower is better"));

    // Again, from the journal: nothing is done a second time.
    Files.delete(temp.resolve("out/summary.json"));
    VerbAnswer again = run(job).done();
    assertFalse(again.toString().contains("done again"), again.toString());
    assertEquals(pair, pair());
  }

  @ParameterizedTest
  @EnumSource(
      value = KindFixture.class,
      names = {"SEGMENTATION", "MULTI_LABEL"})
  void aRepairIsAttackedFromHeldOutSeedsAndADeviceJudgesToo(KindFixture kind) throws IOException {
    Path compressed = kind.quantizedIn(temp);
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      String more = "annotations: " + kind.annotated();
      run(job(kind, compressed, 1, 2, more + "\ndevices: [\"" + agent.address() + "\"]\n")).done();
      JsonNode pair = pair();
      JsonNode found = pair.get("new_search");
      assertEquals(2, found.get("seeds").asInt(), pair.toString());
      for (String when : List.of("before", "after")) {
        int seeds = found.at("/seeds_with_deviation/" + when).asInt(-1);
        assertTrue(seeds >= 0 && seeds <= 2, found.toString());
      }
      // One of the host and one of the device.
      assertEquals(2, pair.get("repair").get("rounds").size());
      assertEquals(kind.score, pair.get("score").get("key").asText());
      assertEquals(
          evaluated(kind, temp.resolve("out/int8/repaired.onnx")),
          pair.get("score").get("repaired").asDouble(),
          1e-9);
      // The agent runs on this machine, with the same ONNX Runtime.
      JsonNode host = judge(pair, "host");
      JsonNode device = judge(pair, agent.address().toString());
      assertTrue(host.get("judged").asInt() > 0, pair.toString());
      assertEquals(host.get("deviates"), device.get("deviates"), pair.toString());
      assertEquals(host.get("severity"), device.get("severity"), pair.toString());
    }
  }

  private static JsonNode judge(JsonNode pair, String id) {
    for (JsonNode judge : pair.get("judges")) {
      if (judge.get("id").asText().equals(id)) {
        return judge;
      }
    }
    throw new AssertionError("no judge " + id + " in " + pair);
  }

  private static double evaluated(KindFixture kind, Path model) {
    return VerbAnswer.of(
            VerbAnswer.with(
                kind.data("evaluate", model), "--annotations", kind.annotated(), "--json"))
        .done()
        .json()
        .get(kind.score)
        .doubleValue();
  }

  @Test
  void withoutAnnotationsAJobTellsTheAgreementAndAttacksOnlyWhatHasADirection() throws IOException {
    Path compressed = KindFixture.REGRESSION.quantizedIn(temp);
    VerbAnswer answer = run(job(KindFixture.REGRESSION, compressed, "")).done();
    assertTrue(answer.toString().contains("no attack"), answer.toString());
    JsonNode pair = pair();
    assertFalse(pair.has("score"), pair.toString());
    assertTrue(pair.get("agreement").get("compressed").isNumber(), pair.toString());
    assertTrue(pair.get("fgsm").isEmpty(), pair.toString());
  }

  @Test
  void whatDoesNotFitIsRefusedInASentenceBeforeTheFirstStep() throws IOException {
    KindFixture kind = KindFixture.REGRESSION;
    Path compressed = kind.original();
    run(job(kind, compressed, "threshold: 0.9:0")).isRefused("the job's threshold", "regression");
    run(job(kind, compressed, "output: area")).isRefused("the output area", "regression");
    run(job(kind, compressed, "annotations: gone.csv")).isRefused("gone.csv");
    Path few = Files.writeString(temp.resolve("few.csv"), "picture,area\nshape-00.png,1\n");
    run(job(kind, compressed, "annotations: " + few)).isRefused("few.csv", "shape-01.png");
    Path job = job(kind, compressed, "");
    Files.writeString(job, Files.readString(job).replace("bound=0.3", "bond=0.3"));
    run(job).isRefused("the job's task", "'bond'", "'bound'");
    Files.writeString(job, Files.readString(job).replace("regression,bond=0.3", "auto"));
    run(job).isRefused("auto");
    Files.writeString(job, Files.readString(job).replace("\"auto\"", "sequence,alphabet=gone.txt"));
    run(job).isRefused("sequence");
    assertFalse(Files.exists(temp.resolve("out/int8")));
  }
}
