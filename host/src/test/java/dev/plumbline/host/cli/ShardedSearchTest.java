package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same job makes the same bytes, whatever it is split into. */
class ShardedSearchTest {
  /** Batches of 2 make groups of 8. */
  private static final int GROUPS = 8;

  @TempDir Path temp;
  private ExactSearch search;

  @BeforeEach
  void write() throws IOException {
    search = ExactSearch.in(temp, 60);
  }

  private Path plan(String name, Object... how) {
    Path job = temp.resolve(name);
    Object[] plan = {"--plan", job, "--epsilon", "48", "--batch", "2"};
    VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(search.arguments(), plan), how)).done();
    return job;
  }

  private VerbAnswer run(Path job, String out, Object... more) {
    Object[] of = {"--job", job, "--out", temp.resolve(out)};
    return VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(search.arguments(), of), more));
  }

  private VerbAnswer merge(List<String> shards, String out) {
    List<Object> arguments = new ArrayList<>(List.of("corpus", "merge"));
    shards.forEach(shard -> arguments.add(temp.resolve(shard)));
    arguments.addAll(List.of("--out", temp.resolve(out)));
    return VerbAnswer.of(arguments.toArray());
  }

  private List<String> shards(Path job, String name, int of) {
    List<String> shards = new ArrayList<>();
    for (int number = 1; number <= of; number++) {
      String shard = name + "-" + number;
      run(job, shard, "--shard", number + "/" + of).done();
      shards.add(shard);
    }
    return shards;
  }

  /** Every file of a folder, by name, as text in which each char is a byte. */
  private Map<String, String> bytes(String folder) throws IOException {
    Map<String, String> bytes = new TreeMap<>();
    Path root = temp.resolve(folder);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes.put(
            root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return bytes;
  }

  @Test
  void anySplitMergesIntoTheBytesOfTheWhole() throws IOException {
    Random random = new Random(5);
    for (String algorithm : List.of("boundary", "noise", "compd", "severity")) {
      Path job = plan(algorithm + ".json", "--algorithm", algorithm, "--steps", "12");
      run(job, algorithm).done();
      assertTrue(Corpus.open(temp.resolve(algorithm)).header().kept() > 1, algorithm);
      int of = 2 + random.nextInt(GROUPS - 1);
      List<String> shards = shards(job, algorithm + "-shard", of);
      Collections.shuffle(shards, random);
      merge(shards, algorithm + "-merged").done();
      assertEquals(bytes(algorithm), bytes(algorithm + "-merged"), algorithm + " in " + of);
    }
  }

  @Test
  void aSearchFindsWhatItsJobFinds() {
    run(plan("job.json"), "job").done();
    Object[] how = {"--out", temp.resolve("call"), "--epsilon", "48", "--batch", "2"};
    VerbAnswer.of(VerbAnswer.with(search.arguments(), how)).done();
    Corpus job = Corpus.open(temp.resolve("job"));
    Corpus call = Corpus.open(temp.resolve("call"));
    assertEquals(job.sha256(), call.sha256());
    assertEquals(job.header().settings(), call.header().settings());
    assertEquals(60, call.seeds().size());
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws IOException {
    Path job = plan("job.json", "--range", "0:24");
    List<String> shards = shards(job, "shard", 3);
    merge(shards.subList(0, 2), "out").isRefusedInPlainWords("shard 3/3 is missing");
    merge(List.of("shard-1", "shard-2", "shard-2", "shard-3"), "out")
        .isRefusedInPlainWords("shard 2/3 is given twice");
    Path other = plan("other.json", "--range", "0:24", "--steps", "7");
    run(other, "other", "--shard", "3/3").done();
    merge(List.of("shard-1", "shard-2", "other"), "out")
        .isRefusedInPlainWords("shard 3/3", "another job", "steps 7 and not 30");
    run(job, "whole").done();
    merge(List.of("shard-1", "whole"), "out").isRefusedInPlainWords("whole", "no shard");
    run(job, "split", "--shard", "1/2").done();
    merge(List.of("shard-1", "split"), "out").isRefusedInPlainWords("shard 1/2", "split");
    assertFalse(Files.exists(temp.resolve("out")));
  }

  @Test
  void aJobThatWasEditedOrIsOfAnotherVersionIsRefused() throws IOException {
    Path job = plan("job.json");
    String text = Files.readString(job);
    Path edited = temp.resolve("edited.json");
    Files.writeString(edited, text.replaceFirst("\"steps\" ?: ?30", "\"steps\":31"));
    run(edited, "out").isRefusedInPlainWords("edited.json", "was edited");
    Files.writeString(edited, text.replaceFirst("\"version\" ?: ?1", "\"version\":9"));
    run(edited, "out").isRefusedInPlainWords("version 9", "expected 1");
    Files.writeString(edited, "{");
    run(edited, "out").isRefusedInPlainWords("edited.json", "JSON");
  }

  @Test
  void aJobRunsOnTheModelsAndDataThatItWasPlannedWithAlone() throws IOException {
    Path job = plan("job.json");
    run(job, "out", "--steps", "3").isRefusedInPlainWords("--steps", "--job");
    run(job, "out", "--shard", "1/9").isRefusedInPlainWords("shard 1/9", "8 groups");
    run(job, "out", "--shard", "3").isRefusedInPlainWords("'3'", "I/N");
    Files.copy(
        temp.resolve("data/a/0.png"),
        temp.resolve("data/a/3.png"),
        StandardCopyOption.REPLACE_EXISTING);
    run(job, "out").isRefusedInPlainWords("shard 1/1", "other inputs");
    Object[] others = search.arguments();
    others[2] = temp.resolve("compressed.onnx");
    VerbAnswer.of(VerbAnswer.with(others, "--job", job, "--out", temp.resolve("out")))
        .isRefusedInPlainWords("original_sha256");
  }
}
