package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.device.DeviceAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job that cannot succeed is told before its first step. */
class JobPreflightTest {
  @TempDir Path temp;
  private JobFixture fixture;
  private Path job;
  private Path out;

  @BeforeEach
  void writeJob() throws IOException {
    fixture = new JobFixture(temp);
    job = fixture.job(DeviceAddress.parse("127.0.0.1:1"));
    change("devices: [\"127.0.0.1:1\"]", "devices: []");
    out = temp.resolve("out");
  }

  private void change(String from, String to) throws IOException {
    String text = Files.readString(job);
    assertTrue(text.contains(from), text);
    Files.writeString(job, text.replace(from, to));
  }

  private VerbAnswer run() {
    return fixture.run("run", job, "--out", out);
  }

  private void isRefusedBeforeAnyStep(String... words) {
    run().isRefused(words);
    assertFalse(Files.exists(out.resolve("coarse")), "a step has begun");
  }

  @Test
  void partsThatSharePicturesAreNamedWithTheirNumber() throws IOException {
    change("allow_overlap: true", "allow_overlap: false");
    // The fixture trains with all of its 60 pictures, 20 of which are in each other part.
    isRefusedBeforeAnyStep(
        "seeds and training share 20 pictures",
        "heldout and training share 20 pictures",
        "evaluation and training share 20 pictures",
        "allow_overlap: true");
  }

  @Test
  void anAllowedOverlapIsInTheReport() throws IOException {
    change("allow_overlap: true", "allow_overlap: true\nrandom_seed: 2");
    change("random_seed: 1\n", "");
    change("repair: {epochs: 1, attack_seeds: 6}", "repair: {epochs: 1, rounds: 0}");
    run().done();
    String report = Files.readString(out.resolve("report.html"));
    assertTrue(report.contains("seeds and training share 20 pictures"), "not in the report");
    assertFalse(report.contains("have no picture in common"), "not true of this job");
    String summary = Files.readString(out.resolve("summary.json"));
    assertTrue(summary.contains("\"overlaps\" : [ {"), summary);
    assertFalse(summary.contains(temp.toString()), "a path of this machine");
    assertFalse(report.contains(temp.toString()), "a path of this machine");
  }

  @Test
  void whatIsLeftOutOfEachPartIsInSummaryAnswerAndReport() throws IOException {
    // The last in the order of names, so that the ranges of the other parts do not move.
    Files.writeString(temp.resolve("data/a/zz.png"), "no picture");
    Files.writeString(temp.resolve("data/a/note.txt"), "a note");
    change("training: {data: data}", "training: {data: data, skip_broken: true}");
    change("repair: {epochs: 1, attack_seeds: 6}", "repair: {epochs: 1, rounds: 0}");
    VerbAnswer answer = fixture.run("run", job, "--out", out, "--json").done();
    JsonNode leftOut = answer.json().at("/coarse/left_out");
    JsonNode inSummary = fixture.figures(out).get("left_out");
    assertEquals(inSummary, leftOut);
    assertEquals(1, leftOut.at("/training/broken").asInt());
    for (String part : List.of("seeds", "heldout", "evaluation", "training")) {
      assertEquals(1, leftOut.get(part).get("kinds").get(".txt").asInt(), part);
    }
    assertEquals(0, leftOut.at("/seeds/broken").asInt());
    String report = Files.readString(out.resolve("report.html"));
    assertTrue(
        report.contains(
            "Of the data for training, 2 of 62 files were left out: .txt 1, broken pictures 1."),
        report);
  }

  @Test
  void aDeviceThatTheFleetDoesNotKnowIsNamed() throws IOException {
    change("devices: []", "devices: [pi-9]");
    isRefusedBeforeAnyStep("device pi-9 is not in the fleet");
  }

  @Test
  void aDeviceThatDoesNotAnswerEndsTheJobBeforeItBegins() throws IOException {
    change("devices: []", "devices: [\"127.0.0.1:1\"]");
    VerbAnswer answer = run();
    assertEquals(3, answer.code(), answer.err());
    assertTrue(answer.err().contains("127.0.0.1:1"), answer.err());
    assertFalse(Files.exists(out.resolve("coarse")), "a step has begun");
  }

  @Test
  void settingsOfTheRepairAreCheckedBeforeTheSearch() throws IOException {
    change("repair: {epochs: 1, attack_seeds: 6}", "repair: {epochs: 1, goal: 7}");
    isRefusedBeforeAnyStep("goal is 7.0", "a share from 0 to 1");
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws IOException {
    Files.writeString(out, "a file");
    isRefusedBeforeAnyStep(out.toString(), "is a file");
  }

  @Test
  void theFolderOfAJobOnAnotherOriginalIsLeftAlone() throws IOException {
    Files.createDirectory(out);
    Path note = out.resolve("job.json");
    Files.writeString(note, "{\"title\": \"Theirs\", \"original_sha256\": \"ab12\"}");
    isRefusedBeforeAnyStep("holds the job 'Theirs' on another original", "ab12");
    assertTrue(Files.readString(note).contains("ab12"), "written over");
  }
}
