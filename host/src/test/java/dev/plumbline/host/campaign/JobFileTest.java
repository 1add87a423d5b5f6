package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NamedPipe;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that somebody else wrote, and jobs with mistakes: a sentence, and nothing of Java in it. */
@Timeout(60)
class JobFileTest {
  private static final String JOB =
      """
      original: m.onnx
      pairs: {int8: c.onnx}
      seeds: {data: d}
      heldout: {data: d}
      evaluation: {data: d}
      training: {data: d}
      """;

  @TempDir Path folder;

  private void refused(String text, String... words) throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), text);
    BadInputException e =
        assertThrows(BadInputException.class, () -> CampaignConfig.read(file), text);
    assertFalse(
        e.getMessage().matches(".*(java\\.|plumbline\\.host|jackson|Exception).*"), e::getMessage);
    Refusal.says(() -> CampaignConfig.read(file), "job " + file);
    Refusal.says(() -> CampaignConfig.read(file), words);
  }

  @Test
  void aSoundJobIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), JOB);
    assertEquals(folder.resolve("c.onnx"), CampaignConfig.read(file).pairs().get("int8"));
  }

  @Test
  void everyKeyOfPreprocessingAndDataIsRead() throws IOException {
    Files.writeString(folder.resolve("classes.txt"), "background\ncat\ndog\n");
    Files.writeString(folder.resolve("map.csv"), "felix,cat\nrex,dog\n");
    Path file =
        Files.writeString(
            folder.resolve("job.yaml"),
            JOB.replace(
                        "seeds: {data: d}",
                        "seeds: {data: list.csv, split: test, range: \"1:3\", classes: classes.txt,"
                            + " label_map: map.csv, list_root: pictures, skip_broken: true}")
                    .replace("training: {data: d}", "training: {data: d, unlabelled: true}")
                    .replace("heldout: {data: d}", "heldout: {data: d, label_offset: 1}")
                + """
                preprocessing:
                  preset: imagenet
                  mean: 127.5
                  std: [1, 2, 4.5]
                  layout: nhwc
                  channels: bgr
                  scale: "1"
                  letterbox: 20x10,114
                  crop: 8x6
                  interpolation: lanczos
                  antialias: false
                  orientation: stored
                  background: "#010203"
                max_memory: 3g
                """);
    CampaignConfig job = CampaignConfig.read(file);
    DataRequest seeds = job.seeds().request();
    assertEquals(folder.resolve("list.csv"), seeds.data());
    assertEquals(folder.resolve("pictures"), seeds.listRoot());
    assertEquals(Split.TEST, seeds.split());
    assertEquals(Range.of(1, 3), seeds.range());
    assertEquals(List.of("background", "cat", "dog"), seeds.labels().classes().names());
    assertEquals(Map.of("felix", "cat", "rex", "dog"), seeds.labels().map().classes());
    assertTrue(seeds.skipBroken());
    assertEquals(1, job.heldout().request().labels().offset());
    assertTrue(job.training().request().labels().unlabelled());
    assertFalse(job.training().request().skipBroken());
    PreprocessingEntries said = job.preprocessing().orElseThrow().given().given();
    Map<Key, String> expected =
        Map.ofEntries(
            Map.entry(Key.MEAN, "127.5"),
            Map.entry(Key.STD, "1.0,2.0,4.5"),
            Map.entry(Key.LAYOUT, "nhwc"),
            Map.entry(Key.CHANNELS, "bgr"),
            Map.entry(Key.SCALE, "1"),
            Map.entry(Key.LETTERBOX, "20x10,114"),
            Map.entry(Key.CROP, "8x6"),
            Map.entry(Key.INTERPOLATION, "lanczos"),
            Map.entry(Key.ANTIALIAS, "false"),
            Map.entry(Key.ORIENTATION, "stored"),
            Map.entry(Key.BACKGROUND, "#010203"));
    // Letterbox takes the place of the preset's resize.
    assertEquals(expected, said.values());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet8_int8",
        "/abs",
        "../../x",
        "..",
        ".",
        "a/b",
        "a\\\\b",
        "A",
        "\u001b[31m",
        "'=cmd()'",
        "'<script>'",
        "a.b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void aPairsNameIsNoPath(String name) throws IOException {
    refused(JOB.replace("int8:", "\"" + name.replace("'", "") + "\":"));
  }

  @Test
  void aKeyThatStandsTwiceIsRefusedWithItsPlace() throws IOException {
    refused(JOB + "seeds: {data: other}\n", "line 7", "seeds");
    refused(JOB.replace("{data: d}\nheldout", "{data: d, data: e}\nheldout"), "line 3", "data");
  }

  @Test
  void anUnknownKeyIsRefusedWithThoseThatAreKnown() throws IOException {
    refused(JOB + "trainning: {data: d}\n", "unknown key 'trainning'", "the nearest is 'training'");
  }

  @Test
  void anAliasIsRefusedAndNotTakenForText() throws IOException {
    refused(JOB.replace("seeds: {data: d}", "seeds: &s {data: d}"), "anchor or alias", "line 3");
    refused(JOB.replace("{int8: c.onnx}", "{int8: *a}"), "anchor or alias");
  }

  @Test
  void aBombOfAliasesIsRefusedAtItsFirst() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [lol]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(bomb + JOB, "anchor or alias at line 1");
  }

  @Test
  void whatIsNestedWithoutEndIsRefused() throws IOException {
    refused("title: " + "[".repeat(100_000), "job");
    refused("title: " + "{a: ".repeat(100_000), "job");
    refused("- ".repeat(100_000) + "a", "job");
  }

  @Test
  void aJobAboveItsBoundIsRefusedByItsLength() throws IOException {
    refused(JOB + "title: \"" + "a".repeat(2 << 20) + "\"\n", "expected at most 1,048,576");
  }

  @Test
  void otherKindsOfValuesAreRefused() throws IOException {
    refused(JOB + "epsilon: many\n", "epsilon");
    refused(JOB + "epsilon: [\"a\"]\n", "epsilon", "'a' cannot be read", "8/255");
    refused(JOB + "epsilon: [2.5]\n", "epsilon is 2.5/255", "whole number");
    refused(JOB + "devices: {a: b}\n", "devices");
    refused(JOB + "random_seed: one\n", "random_seed", "whole number");
    refused(JOB + "preprocessing: {resize: [1]}\n", "preprocessing.resize");
    refused(JOB + "preprocessing: {mean: grey}\n", "preprocessing.mean");
    refused(JOB + "preprocessing: {antialias: perhaps}\n", "preprocessing.antialias", "true");
    refused(JOB + "preprocessing: {rezise: 8}\n", "rezise", "the nearest is 'resize'");
    refused(
        JOB.replace("{data: d}\ntraining", "{data: d, skip_broken: 3x}\ntraining"), "skip_broken");
    refused(JOB.replace("{int8: c.onnx}", "c.onnx"), "pairs");
    refused(JOB.replace("seeds: {data: d}", "seeds: d"), "seeds");
    refused(JOB + "search: 5\n", "search");
    refused("5\n", "job");
    refused("", "is empty");
    refused("!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1:1/\"]]\n");
    refused("\u0000\u0001\u0002", "job");
  }

  @Test
  void aPipeAndAFolderAreNotRead() throws Exception {
    Path pipe = NamedPipe.make(folder.resolve("pipe"));
    Refusal.says(() -> CampaignConfig.read(pipe), "job " + pipe, "named pipe");
    Refusal.says(() -> CampaignConfig.read(folder), "is a folder");
    Refusal.says(() -> CampaignConfig.read(folder.resolve("none")), "does not exist");
  }
}
