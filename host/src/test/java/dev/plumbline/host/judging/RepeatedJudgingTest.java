package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.CutLine;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunBatch;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Label;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges of a script, ONNX Runtime here, and real agents, some of which are killed or cut off. */
class RepeatedJudgingTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f, 0f, 0f),
          List.of(1f, 1f, 1f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);

  /** A device that is lost is not waited for. */
  private static final DeviceAccess AT_ONCE =
      DeviceAccess.inTheClear().withReconnect(Duration.ZERO);

  @TempDir Path folder;
  private OnnxModel compressed;
  private OnnxModel original;

  @BeforeEach
  void writeModels() throws Exception {
    compressed = OnnxModel.read(LinearModel.write(folder, 1));
    original = OnnxModel.read(LinearModel.write(folder, 2));
  }

  /** Each with the label 0 as the one expected. */
  private static List<Question> questions(int count) {
    Random random = new Random(7);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      questions.add(new Question("p" + i, "valid", new Picture(SHAPE, pixels), Label.known(0)));
    }
    return questions;
  }

  /**
   * Gives its labels run by run; of the original and the compressed model, told by their digest.
   */
  private record Scripted(Map<String, List<int[]>> runs) implements JudgeSource {
    @Override
    public String id() {
      return "board";
    }

    @Override
    public JudgeKind kind() {
      return JudgeKind.DEVICE;
    }

    @Override
    public Judge open(OnnxModel model) {
      if (!runs.containsKey(model.sha256())) {
        throw new BadInputException("device board refused: too big");
      }
      List<int[]> script = new ArrayList<>(runs.get(model.sha256()));
      return new Judge() {
        @Override
        public JudgeInfo info() {
          return new JudgeInfo(id(), kind(), "a", "r", "p", "", List.of(), 1, 1, model.sha256());
        }

        @Override
        public void judge(List<? extends Input> pictures, LogitsSink sink) {
          int[] labels = script.remove(0);
          for (int i = 0; i < pictures.size(); i++) {
            float[] logits = new float[LinearModel.CLASSES];
            logits[labels[i]] = 1;
            sink.accept(i, new float[][] {logits});
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private Judged judge(JudgeSource source, Optional<OnnxModel> withOriginal, int repeats) {
    return new RepeatedJudging(compressed, withOriginal, repeats, Progress.SILENT)
        .judge(source, questions(4));
  }

  private static List<Outcome> outcomes(Judged judged) {
    return judged.verdicts().values().stream().map(Verdict::outcome).toList();
  }

  @Test
  void aLabelThatFlipsWhenRunAgainIsFlakyAndNoDeviation() {
    Scripted source =
        new Scripted(
            Map.of(compressed.sha256(), List.of(new int[] {0, 1, 1, 0}, new int[] {0, 1, 0, 2})));
    Judged judged = judge(source, Optional.empty(), 1);
    assertEquals(
        List.of(Outcome.AGREES, Outcome.DEVIATES, Outcome.FLAKY, Outcome.FLAKY), outcomes(judged));
    assertEquals(Set.of("p2", "p3"), judged.noise().flipped());
    assertEquals(
        List.of(new NoiseFloor.RepeatedRun("compressed", "same batch", 4, 2)),
        judged.noise().repeats());
  }

  @Test
  void whereTheOriginalFlipsOnThisJudgeCompressionIsNotToBlame() {
    Scripted source =
        new Scripted(
            Map.of(
                compressed.sha256(),
                List.of(new int[] {0, 1, 1, 1}, new int[] {0, 1, 1, 1}),
                original.sha256(),
                // Picture 2 differs from the known label, picture 3 from run to run.
                List.of(new int[] {0, 0, 1, 0}, new int[] {0, 0, 1, 3})));
    Judged judged = judge(source, Optional.of(original), 1);
    assertEquals(
        List.of(Outcome.AGREES, Outcome.DEVIATES, Outcome.FLAKY, Outcome.FLAKY), outcomes(judged));
    assertEquals(
        List.of(
            new NoiseFloor.RepeatedRun("compressed", "same batch", 4, 0),
            new NoiseFloor.RepeatedRun("original", "against the known label", 4, 1),
            new NoiseFloor.RepeatedRun("original", "same batch", 4, 1)),
        judged.noise().repeats());
  }

  @Test
  void withoutRepeatsNothingIsRunTwice() {
    Scripted source = new Scripted(Map.of(compressed.sha256(), List.of(new int[] {0, 1, 1, 0})));
    Judged judged = judge(source, Optional.of(original), 0);
    assertEquals(2, judged.count(Outcome.DEVIATES));
    assertEquals(NoiseFloor.UNKNOWN, judged.noise());
  }

  @Test
  void aDeviceWithoutRoomForTheOriginalJudgesTheCompressedModelAllTheSame() {
    Scripted source =
        new Scripted(
            Map.of(compressed.sha256(), List.of(new int[] {0, 1, 1, 0}, new int[] {0, 1, 1, 0})));
    Judged judged = judge(source, Optional.of(original), 1);
    assertEquals(Optional.empty(), judged.failure());
    assertEquals(2, judged.count(Outcome.DEVIATES));
    assertEquals(
        List.of("the original was not repeated on board: device board refused: too big"),
        judged.noise().notes());
  }

  @Test
  void aDeviceThatRefusesTheCompressedModelSaysSo() {
    Judged judged = judge(new Scripted(Map.of()), Optional.empty(), 1);
    assertEquals(Outcome.MODEL_REFUSED, judged.failure().orElseThrow().outcome());
  }

  @Test
  void theHostRepeatsWithTheSameBatchAnotherBatchAndOtherThreads() {
    Judged judged = judge(JudgeSource.host(PLAIN, RuntimeProvider.cpu()), Optional.of(original), 1);
    List<String> conditions =
        judged.noise().repeats().stream()
            .filter(run -> run.model().equals("compressed"))
            .map(NoiseFloor.RepeatedRun::conditions)
            .toList();
    assertEquals(List.of("same batch", "batches of 7"), conditions.subList(0, 2));
    assertTrue(conditions.get(2).matches("1 thread|2 threads"), conditions.toString());
    // The original's first run, compared with the known labels, is one more.
    assertEquals(7, judged.noise().repeats().size());
  }

  @Test
  void aDeviceSaysTheSameAsTheHostAndRepeatsInAnotherBatch() throws Exception {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(folder.resolve("store")))) {
      RepeatedJudging judging =
          new RepeatedJudging(compressed, Optional.of(original), 1, Progress.SILENT);
      List<Question> questions = questions(50);
      Judged device =
          judging.judge(
              new DeviceSource("board", agent.address(), DeviceAccess.inTheClear(), PLAIN),
              questions);
      Judged host = judging.judge(JudgeSource.host(PLAIN, RuntimeProvider.cpu()), questions);
      assertEquals(Optional.empty(), device.failure());
      assertEquals("board", device.info().orElseThrow().id());
      // The agent has one thread.
      assertEquals(
          List.of("same batch", "batches of 7", "2 threads"),
          device.noise().repeats().stream()
              .filter(run -> run.model().equals("compressed"))
              .map(NoiseFloor.RepeatedRun::conditions)
              .toList());
      assertEquals(outcomes(host), outcomes(device));
      assertEquals(List.of(), device.noise().notes());
      assertEquals(Placement.UNKNOWN, host.ran());
      assertEquals("CPUExecutionProvider 2 nodes (1 Flatten, 1 MatMul)", device.ran().toString());
    }
  }

  @Test
  void aConditionThatAJudgeCannotMeetIsNotedOnceAndItGoesOn() {
    Scripted source =
        new Scripted(
            Map.of(compressed.sha256(), List.of(new int[] {0, 1, 1, 0}, new int[] {0, 1, 1, 0})));
    JudgeSource stubborn =
        new JudgeSource.Source(
            "board", JudgeKind.DEVICE, model -> new Stubborn(source.open(model)));
    Judged judged = judge(stubborn, Optional.empty(), 2);
    assertEquals(Optional.empty(), judged.failure());
    assertEquals(2, judged.count(Outcome.DEVIATES));
    assertEquals(List.of("no threads to vary"), judged.noise().notes());
    assertEquals(List.of(), judged.noise().repeats());
  }

  /** Cannot run with other threads, and is asked for nothing else. */
  private record Stubborn(Judge judge) implements Judge {
    @Override
    public JudgeInfo info() {
      return judge.info();
    }

    @Override
    public void judge(List<? extends Input> pictures, LogitsSink sink) {
      judge.judge(pictures, sink);
    }

    @Override
    public List<Repeat> repeats() {
      return List.of(
          Repeat.threads(
              2,
              (pictures, sink) -> {
                throw new NotRepeatableException("no threads to vary", null);
              }));
    }

    @Override
    public void close() {
      judge.close();
    }
  }

  @Test
  void anInterruptedJudgeEndsWithWhatItHasSaidAndBlamesNobody() throws Exception {
    Progress interrupt = after(() -> Thread.currentThread().interrupt());
    Judged host =
        new RepeatedJudging(compressed, Optional.empty(), 1, interrupt)
            .judge(JudgeSource.host(PLAIN, RuntimeProvider.cpu()), questions(5_000));
    assertFalse(Thread.interrupted(), "the interruption is used up");
    assertEquals(Optional.empty(), host.failure());
    assertTrue(host.verdicts().size() > 0 && host.verdicts().size() < 5_000);
    assertTrue(host.verdicts().values().stream().allMatch(Verdict::isDecided));
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(folder.resolve("store")))) {
      Judged device =
          new RepeatedJudging(
                  compressed, Optional.empty(), 1, after(() -> Thread.currentThread().interrupt()))
              .judge(
                  new DeviceSource("board", agent.address(), DeviceAccess.inTheClear(), PLAIN),
                  questions(5_000));
      assertEquals(Optional.empty(), device.failure());
      assertTrue(device.verdicts().size() > 0 && device.verdicts().size() < 5_000);
    }
  }

  /** Does something when the first pictures have been judged. */
  private static Progress after(Runnable event) {
    return new Progress() {
      private boolean done;

      @Override
      public Step begin(String name, long total) {
        return (count, note) -> {
          if (!done) {
            done = true;
            event.run();
          }
        };
      }

      @Override
      public void say(String line) {}
    };
  }

  @Test
  void anAgentThatIsKilledHasCrashedAndWhatItSaidStands() throws Exception {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(folder.resolve("store")))) {
      Progress kill =
          after(
              () -> {
                ProcessHandle process = ProcessHandle.of(agent.pid()).orElseThrow();
                process.destroyForcibly();
                process.onExit().join();
              });
      Judged judged =
          new RepeatedJudging(compressed, Optional.empty(), 1, kill)
              .judge(new DeviceSource("board", agent.address(), AT_ONCE, PLAIN), questions(5_000));
      assertEquals(Outcome.CRASHED, judged.failure().orElseThrow().outcome());
      assertEquals(5_000, judged.verdicts().size());
      int decided = judged.count(Outcome.DEVIATES) + judged.count(Outcome.AGREES);
      assertTrue(decided >= RunBatch.ON_DEVICE.most(), decided + " decided");
      assertEquals(5_000 - decided, judged.count(Outcome.CRASHED));
    }
  }

  @Test
  void aDeviceWhoseLineIsCutIsLost() throws Exception {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(folder.resolve("store")));
        CutLine line = new CutLine(agent.address())) {
      Judged judged =
          new RepeatedJudging(compressed, Optional.empty(), 1, after(line::cut))
              .judge(new DeviceSource("board", line.address(), AT_ONCE, PLAIN), questions(5_000));
      assertEquals(Outcome.DEVICE_LOST, judged.failure().orElseThrow().outcome());
      assertTrue(judged.count(Outcome.DEVICE_LOST) > 0);
      assertTrue(agent.isAlive());
    }
  }

  @Test
  void aDeviceThatIsNotThereIsToldAndHasNoVerdicts() {
    Judged judged =
        judge(
            new DeviceSource(
                "board", new DeviceAddress("127.0.0.1", 1), DeviceAccess.inTheClear(), PLAIN),
            Optional.empty(),
            1);
    assertEquals(Outcome.DEVICE_LOST, judged.failure().orElseThrow().outcome());
    assertEquals(Map.of(), judged.verdicts());
    assertEquals(Optional.empty(), judged.info());
  }
}
