package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.searchjob.Processes;
import dev.plumbline.host.searchjob.SearchJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards of a job in processes of their own, some of which are killed. */
class WorkerProcessesTest {
  @TempDir Path temp;

  /** Runs what comes after it, when a script of the shell has had its turn. */
  private Processes workers(ExactSearch search, String script) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script + "\nexec \"$@\"", "worker"));
    command.addAll(ThisProgram.java(1));
    for (Object argument : search.arguments()) {
      command.add(argument.toString());
    }
    return new Processes(command, 2);
  }

  @Test
  void aShardWhoseWorkerDiesIsTriedAgainOnceAndFinishedShardsAreKept() throws IOException {
    ExactSearch search = ExactSearch.in(temp, 60);
    Path file = temp.resolve("job.json");
    Object[] plan = {"--plan", file, "--epsilon", "48", "--batch", "4"};
    VerbAnswer.of(VerbAnswer.with(search.arguments(), plan)).done();
    Object[] whole = {"--job", file, "--out", temp.resolve("whole")};
    VerbAnswer.of(VerbAnswer.with(search.arguments(), whole)).done();

    SearchJob job = SearchJob.read(file);
    Path out = temp.resolve("out");
    Path started = temp.resolve("started");
    String note = "echo x >> " + started + "\n";
    Processes dying = workers(search, note + "case \"$*\" in *'--shard 2/2'*) kill -9 $$;; esac");
    BadInputException refused =
        assertThrows(BadInputException.class, () -> dying.run(job, out, Progress.SILENT));
    assertTrue(refused.getMessage().contains("shard 2/2 failed twice"), refused.getMessage());
    assertEquals(3, Files.readAllLines(started).size(), "one worker for 1/2, two for 2/2");
    assertTrue(Corpus.isAt(temp.resolve("out.shards/shard-1-of-2")));

    Path died = temp.resolve("died");
    Processes once =
        workers(search, note + "[ -e " + died + " ] || { : > " + died + "; kill -9 $$; }");
    Corpus merged = once.run(job, out, Progress.SILENT);
    assertEquals(5, Files.readAllLines(started).size(), "two more for 2/2, none for 1/2");
    assertFalse(Files.exists(temp.resolve("out.shards")));
    Corpus expected = Corpus.open(temp.resolve("whole"));
    assertEquals(expected.header(), merged.header());
    assertEquals(expected.inputs(), merged.inputs());
    assertEquals(expected.sha256(), merged.sha256());
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() throws IOException {
    ExactSearch search = ExactSearch.in(temp, 6);
    search.verb("out", "--workers", "2").isRefusedInPlainWords("--workers", "processes");
    search.verb("out", "--executor", "spark").isRefusedInPlainWords("'spark'", "in-process");
    search
        .verb("out", "--executor", "processes", "--workers", "0")
        .isRefusedInPlainWords("workers", "at least 1");
    search.verb("out", "--shard", "1/2").isRefusedInPlainWords("--shard", "--job");
    search.verb("out", "--plan", temp.resolve("job.json")).isRefusedInPlainWords("--plan", "--out");
    VerbAnswer.of(search.arguments()).isRefusedInPlainWords("--out");
  }
}
