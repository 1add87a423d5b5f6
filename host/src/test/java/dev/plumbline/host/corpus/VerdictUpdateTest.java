package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture's host judged the inputs 000012-001 and 000700-001, and not 000012-002. */
class VerdictUpdateTest {
  private static final Verdict YES = Verdict.decided(true, new Label(2, 0.5f));

  @TempDir Path temp;

  @Test
  void aNewJudgeComesIntoTheHeaderAndItsVerdictsIntoTheRows()
      throws IOException, URISyntaxException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    JudgeInfo board = judge("board", 4);
    Corpus judged = corpus.withVerdicts(board, Map.of("000012-001", YES, "000012-002", YES));
    assertEquals(List.of("host", "board"), ids(judged));
    assertEquals(board, judged.header().judge("board").orElseThrow());
    assertEquals(
        new TreeMap<>(Map.of("host", Verdict.decided(true, new Label(1, 0.625f)), "board", YES)),
        judged.inputs().get(0).verdicts());
    assertEquals(Map.of("board", YES), judged.inputs().get(1).verdicts());
    assertEquals(corpus.inputs().get(2), judged.inputs().get(2));
    assertEquals(judged.inputs(), Corpus.open(corpus.folder()).inputs());
    assertEquals(judged.header(), Corpus.open(corpus.folder()).header());
    assertEquals(List.of("host"), ids(corpus));
  }

  @Test
  void aJudgeThatGoesOnKeepsWhatItSaidBefore() throws IOException, URISyntaxException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    JudgeInfo host = corpus.header().judges().get(0);
    Corpus judged = corpus.withVerdicts(host, Map.of("000012-002", YES, "000700-001", YES));
    assertEquals(
        Map.of("host", Verdict.decided(true, new Label(1, 0.625f))),
        judged.inputs().get(0).verdicts());
    assertEquals(Map.of("host", YES), judged.inputs().get(1).verdicts());
    assertEquals(Map.of("host", YES), judged.inputs().get(2).verdicts());
    assertEquals(corpus.header(), judged.header());
  }

  @Test
  void aJudgeWithAnotherFingerprintLosesWhatItSaidBefore() throws IOException, URISyntaxException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    JudgeInfo changed = judge("host", 8);
    Corpus judged = corpus.withVerdicts(changed, Map.of("000700-001", YES));
    assertEquals(List.of(changed), judged.header().judges());
    assertEquals(Map.of(), judged.inputs().get(0).verdicts());
    assertEquals(Map.of("host", YES), judged.inputs().get(2).verdicts());
  }

  @Test
  void aKillAfterAnyStepLeavesNoVerdictUnderAFingerprintThatIsNotItsOwn()
      throws IOException, URISyntaxException {
    Map<String, Verdict> verdicts = Map.of("000012-001", YES, "000700-001", YES);
    for (JudgeInfo judge : List.of(judge("board", 4), judge("host", 8))) {
      int steps = judge.id().equals("host") ? 3 : 2;
      for (int done = 0; done <= steps; done++) {
        Path folder = CorpusFormatTest.fixture(temp.resolve(judge.id() + done));
        Corpus before = Corpus.open(folder);
        List<Runnable> all =
            new VerdictUpdate(folder, before.header(), before.inputs()).steps(judge, verdicts);
        assertEquals(steps, all.size());
        all.subList(0, done).forEach(Runnable::run);
        // Opening refuses rows whose judge the header does not name.
        Corpus after = Corpus.open(folder);
        for (CorpusInput input : after.inputs()) {
          Verdict found = input.verdicts().get(judge.id());
          if (found != null) {
            boolean isNew = after.header().judges().contains(judge);
            Verdict former = before.inputs().get(indexOf(before, input)).verdicts().get("host");
            assertEquals(isNew ? YES : former, found, judge.id() + " after step " + done);
          }
        }
        // Going on from there ends where an undisturbed run does.
        Corpus whole = after.withVerdicts(judge, verdicts);
        assertEquals(YES, whole.inputs().get(0).verdicts().get(judge.id()));
      }
    }
  }

  @Test
  void judgesThatReportAtTheSameTimeLoseNothing()
      throws IOException, URISyntaxException, InterruptedException, ExecutionException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> reports = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        JudgeInfo judge = judge("board" + i, 1);
        reports.add(threads.submit(() -> corpus.withVerdicts(judge, Map.of("000012-002", YES))));
      }
      for (Future<?> report : reports) {
        report.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(12, Corpus.open(corpus.folder()).inputs().get(1).verdicts().size());
  }

  @Test
  void theOrderOfJudgesCanBePutRightAndNothingElseChanges() throws IOException, URISyntaxException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    Corpus judged =
        corpus
            .withVerdicts(judge("late", 1), Map.of("000012-002", YES))
            .withVerdicts(judge("early", 1), Map.of("000012-001", YES));
    Corpus ordered = judged.withJudgesInOrder(List.of("host", "early", "nobody", "late"));
    assertEquals(List.of("host", "early", "late"), ids(ordered));
    assertEquals(judged.inputs(), ordered.inputs());
    assertEquals(ids(ordered), ids(Corpus.open(corpus.folder())));
  }

  @Test
  void aVerdictOnAnUnknownInputIsAFaultOfTheCaller() throws IOException, URISyntaxException {
    Corpus corpus = Corpus.open(CorpusFormatTest.fixture(temp.resolve("corpus")));
    assertThrows(
        IllegalArgumentException.class,
        () -> corpus.withVerdicts(judge("board", 1), Map.of("000012-009", YES)));
    assertEquals(List.of("host"), ids(Corpus.open(corpus.folder())));
  }

  private static int indexOf(Corpus corpus, CorpusInput input) {
    return corpus.inputs().stream().map(CorpusInput::id).toList().indexOf(input.id());
  }

  private static List<String> ids(Corpus corpus) {
    return corpus.header().judges().stream().map(JudgeInfo::id).toList();
  }

  static JudgeInfo judge(String id, int threads) {
    return new JudgeInfo(
        id,
        JudgeKind.DEVICE,
        "aarch64",
        "ONNX Runtime 1.29.0",
        "CPUExecutionProvider",
        "Cortex-A76",
        List.of("asimddp"),
        threads,
        32,
        "c".repeat(64));
  }
}
