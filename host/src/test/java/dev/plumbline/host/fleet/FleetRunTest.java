package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Judges of a script, asked at the same time, with an H2 file. Timeouts are guards alone. */
@Timeout(60)
class FleetRunTest {
  private static final PictureShape SHAPE = new PictureShape(1, 1, 1);
  private static final int PICTURES = 4;

  @TempDir Path temp;
  private FleetDatabase database;
  private OnnxModel model;
  private Corpus corpus;

  @BeforeEach
  void write() throws Exception {
    database = FleetDatabase.open("jdbc:h2:file:" + temp.resolve("fleet"));
    model = OnnxModel.read(LinearModel.write(temp, 1));
    CorpusOrigin origin =
        new CorpusOrigin(
            "a".repeat(64),
            model.sha256(),
            new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB),
            SHAPE,
            Classification.PLAIN,
            List.of("x", "y"),
            Map.of("algorithm", "boundary", "steps", 1, "random_seed", 1, "data", "none"));
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("corpus"), origin)) {
      for (int i = 0; i < PICTURES; i++) {
        Picture dot = new Picture(SHAPE, new byte[] {(byte) i});
        inputs.add(
            CorpusInput.found(
                Classification.PLAIN,
                i,
                1,
                Label.known(0),
                new Label(0, 0.5f),
                new Label(0, 0.5f),
                PictureDistance.between(dot, dot)));
        writer.seed(i, dot);
        writer.add(inputs.get(i), dot);
      }
      corpus = writer.finish(CorpusCounts.of(PICTURES, inputs));
    }
  }

  /** What a judge of the script does with a picture, before it says that it deviates. */
  @FunctionalInterface
  private interface Script {
    void picture(int index) throws Exception;
  }

  private static JudgeSource judge(String id, Script script) {
    return new JudgeSource() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public JudgeKind kind() {
        return JudgeKind.DEVICE;
      }

      @Override
      public Judge open(OnnxModel model) {
        return new Judge() {
          @Override
          public JudgeInfo info() {
            return new JudgeInfo(id, kind(), "a", "r", "p", "", List.of(), 1, 1, model.sha256());
          }

          @Override
          public void judge(List<? extends Input> pictures, LogitsSink sink) {
            for (int i = 0; i < pictures.size(); i++) {
              try {
                script.picture(i);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
              sink.accept(i, new float[][] {{0, 1}});
            }
          }

          @Override
          public void close() {}
        };
      }
    };
  }

  private FleetRun begin(Progress progress) {
    return FleetRun.begin(
        database,
        "confirm",
        new RepeatedJudging(model, Optional.empty(), 0, progress),
        model.sha256());
  }

  private static List<Question> clean() {
    return List.of(
        new Question(
            "clean-000000", Question.CLEAN, new Picture(SHAPE, new byte[1]), Label.known(0)));
  }

  @Test
  void judgesAreAskedAtTheSameTimeAndNamedInTheirOrder() throws Exception {
    // Each waits for the two others: asked one after another they would wait for ever.
    CyclicBarrier all = new CyclicBarrier(3);
    CountDownLatch lastIsDone = new CountDownLatch(1);
    Script meet =
        index -> {
          if (index == 0) {
            all.await(30, TimeUnit.SECONDS);
          }
        };
    List<JudgeSource> judges =
        List.of(
            judge(
                "slow",
                index -> {
                  meet.picture(index);
                  lastIsDone.await();
                }),
            judge("middle", meet),
            judge(
                "fast",
                index -> {
                  meet.picture(index);
                  if (index == PICTURES - 1) {
                    lastIsDone.countDown();
                  }
                }));
    FleetRun.Answers answers = begin(Progress.SILENT).confirm(corpus, List.of(), judges);
    List<String> order = List.of("slow", "middle", "fast");
    assertEquals(order, answers.onCorpus().stream().map(judged -> judged.id()).toList());
    assertEquals(order, answers.corpus().header().judges().stream().map(JudgeInfo::id).toList());
    for (CorpusInput input : Corpus.open(corpus.folder()).inputs()) {
      assertEquals(Set.copyOf(order), input.verdicts().keySet());
    }
    assertEquals(3L * PICTURES, database.history().runs().get(0).verdicts());
  }

  @Test
  void aJudgeThatBreaksTakesNothingOfTheOthersAlong() {
    JudgeSource broken =
        judge(
            "broken",
            index -> {
              throw new ArithmeticException("a fault of ours");
            });
    FleetRun run = begin(Progress.SILENT);
    List<JudgeSource> judges = List.of(broken, judge("whole", index -> {}));
    RuntimeException thrown =
        assertThrows(IllegalStateException.class, () -> run.confirm(corpus, clean(), judges));
    assertTrue(thrown.getMessage().contains("a fault of ours"), thrown.getMessage());
    run.end(true);
    assertEquals(
        PICTURES,
        database
            .runs()
            .baseline("whole", PictureSet.of(corpus), OptionalLong.empty())
            .orElseThrow()
            .verdicts()
            .size());
    assertEquals(Set.of("whole"), Corpus.open(corpus.folder()).inputs().get(0).verdicts().keySet());
  }

  @Test
  void anInterruptionKeepsWhatWasJudgedTillThen() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    Thread asking = Thread.currentThread();
    JudgeSource fast = judge("fast", index -> {});
    JudgeSource hanging =
        judge(
            "hanging",
            index -> {
              if (index == 2) {
                hangs.countDown();
                new CountDownLatch(1).await();
              }
            });
    FleetRun run = begin(Progress.SILENT);
    AtomicReference<Exception> failed = new AtomicReference<>();
    Thread user =
        new Thread(
            () -> {
              try {
                hangs.await();
                // Until the other has been kept.
                while (database.history().runs().get(0).verdicts() < PICTURES) {
                  Thread.sleep(20);
                }
              } catch (Exception e) {
                failed.set(e);
              }
              asking.interrupt();
            });
    user.start();
    assertThrows(
        CancellationException.class, () -> run.confirm(corpus, clean(), List.of(hanging, fast)));
    assertTrue(Thread.interrupted());
    user.join();
    assertEquals(null, failed.get());
    RecordedRun recorded = database.history().runs().get(0);
    assertEquals(Optional.empty(), recorded.passed());
    // The third was under way when the judge was interrupted, and it has said it.
    List<CorpusInput> inputs = Corpus.open(corpus.folder()).inputs();
    assertEquals(Set.of("fast", "hanging"), inputs.get(1).verdicts().keySet());
    assertEquals(Set.of("fast"), inputs.get(3).verdicts().keySet());
    long clean = recorded.verdicts() - PICTURES - 3;
    assertTrue(clean == 0 || clean == 1, "the fast judge may have come to the clean picture");
  }

  @Test
  void progressTellsOfEachJudge() throws Exception {
    Set<String> told = new HashSet<>();
    List<String> begun = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public Step begin(String name, long total) {
            begun.add(name + " " + total);
            return (done, note) -> told.addAll(List.of(note.split("; ")));
          }

          @Override
          public void say(String line) {}
        };
    begin(progress)
        .confirm(corpus, List.of(), List.of(judge("a", index -> {}), judge("b", index -> {})));
    assertEquals(List.of("judging on 2 judges 2"), begun);
    for (String judge : List.of("a", "b")) {
      for (int done = 0; done <= PICTURES; done++) {
        assertTrue(told.contains(judge + " " + done + "/" + PICTURES), judge + done + told);
      }
    }
  }

  @Test
  void moreJudgesThanThreadsAllHaveTheirTurn() {
    List<JudgeSource> judges = new ArrayList<>();
    for (int i = 0; i < Turns.AT_ONCE + 8; i++) {
      judges.add(judge("board-" + i, index -> {}));
    }
    FleetRun.Answers answers = begin(Progress.SILENT).replay(corpus, clean(), judges);
    assertEquals(judges.size(), answers.onCorpus().size());
    assertEquals(judges.size(), answers.onClean().size());
    assertEquals(judges.size() * (PICTURES + 1L), database.history().runs().get(0).verdicts());
    assertEquals(List.of(), Corpus.open(corpus.folder()).header().judges());
  }
}
