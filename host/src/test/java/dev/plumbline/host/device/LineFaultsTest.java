package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.FailureOutcome;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real agents behind a line that fails. The oracle is ONNX Runtime in this process, in the same
 * batches and with one thread, so that logits are the same to the bit.
 */
// Guards against hanging for ever; nothing here is timed.
@Timeout(240)
class LineFaultsTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f, 0f, 0f),
          List.of(1f, 1f, 1f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);
  private static final DeviceAccess PATIENT =
      DeviceAccess.inTheClear().withReconnect(Duration.ofSeconds(60));

  @TempDir static Path folder;
  private static AgentProcess agent;
  private static OnnxModel model;
  private static List<Picture> pictures;
  private static float[][] expected;

  @BeforeAll
  static void start() throws Exception {
    agent = TestAgent.start(Files.createDirectory(folder.resolve("store")));
    model = OnnxModel.read(LinearModel.write(folder, 1));
    Random random = new Random(3);
    pictures = new ArrayList<>();
    for (int i = 0; i < 1_603; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    expected = new float[pictures.size()][];
    try (Judge host = new HostJudge(model, PLAIN, RuntimeProvider.cpu())) {
      host.judge(
          pictures, (first, logits) -> System.arraycopy(logits, 0, expected, first, logits.length));
    }
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  /** What a judge answered, and how often. */
  private static final class Answers implements LogitsSink {
    private final float[][] logits = new float[pictures.size()][];
    private final int[] times = new int[pictures.size()];

    @Override
    public void accept(int first, float[][] batch) {
      for (int i = 0; i < batch.length; i++) {
        logits[first + i] = batch[i];
        times[first + i]++;
      }
    }

    int count() {
      int count = 0;
      for (int each : times) {
        count += each;
      }
      return count;
    }

    void assertEachOnceAndRight() {
      for (int i = 0; i < times.length; i++) {
        assertEquals(1, times[i], "answers to picture " + i);
        // One matrix product in either, whose sums the batch size may order differently.
        assertArrayEquals(expected[i], logits[i], 1e-4f, "picture " + i);
      }
    }
  }

  private static FaultyLine.Fault fault(Random random) {
    long millis = 200 + random.nextInt(1_500);
    boolean reset = random.nextBoolean();
    return switch (random.nextInt(6)) {
      case 0, 1 -> line -> line.cut(reset);
      case 2 -> line -> line.outage(millis);
      case 3 -> line -> line.refuse(millis);
      case 4 -> line -> Thread.sleep(millis);
      default -> FaultyLine::twice;
    };
  }

  @ParameterizedTest(name = "random seed {0}")
  @ValueSource(ints = {1, 2, 3, 4})
  void whateverHappensToTheLineEveryPictureIsAnsweredOnce(int seed) throws Exception {
    Random random = new Random(seed);
    Answers answers = new Answers();
    try (FaultyLine line = new FaultyLine(agent.address())) {
      try (DeviceJudge judge =
          DeviceJudge.connect("board", line.address(), PATIENT, model, PLAIN)) {
        for (int i = 0; i < 8; i++) {
          // An answer to a batch has some 900 bytes, so that some strike within one.
          line.after(200 + random.nextInt(4_000), fault(random));
        }
        judge.judge(pictures, answers);
      }
      assertEquals(0, line.left(), "faults that did not strike");
    }
    answers.assertEachOnceAndRight();
  }

  @Test
  void aConnectionWhoseBytesComeTwiceCountsOnce() throws Exception {
    Answers answers = new Answers();
    try (FaultyLine line = new FaultyLine(agent.address());
        DeviceJudge judge = DeviceJudge.connect("board", line.address(), PATIENT, model, PLAIN)) {
      line.after(5_000, FaultyLine::twice);
      judge.judge(pictures, answers);
      assertTrue(line.doubled() > 0);
    }
    answers.assertEachOnceAndRight();
  }

  /** It takes as long as it takes gRPC to miss an answer to its ping: half a minute. */
  @Test
  void aLineThatFallsSilentIsGivenUpAndAnotherIsMade() throws Exception {
    Answers answers = new Answers();
    try (FaultyLine line = new FaultyLine(agent.address());
        DeviceJudge judge = DeviceJudge.connect("board", line.address(), PATIENT, model, PLAIN)) {
      line.after(5_000, FaultyLine::stall);
      judge.judge(pictures, answers);
      assertEquals(0, line.left());
    }
    answers.assertEachOnceAndRight();
  }

  /** What TCP makes good, which no line above it can show. */
  @Test
  void packetsThatAreLostDoubledAndReorderedChangeNothing() throws Exception {
    Answers answers = new Answers();
    try (BadNetwork network = BadNetwork.make(folder, 9);
        AgentProcess within =
            AgentProcess.start(
                network.within(
                    TestAgent.command(1, Files.createDirectory(folder.resolve("within")))))) {
      DeviceAddress address = network.forward(within.address().port());
      try (DeviceJudge judge = DeviceJudge.connect("board", address, PATIENT, model, PLAIN)) {
        judge.judge(pictures, answers);
      }
      network.end().forEach((what, packets) -> assertTrue(packets > 0, "no packet was " + what));
    }
    answers.assertEachOnceAndRight();
  }

  @Test
  void aLineThatBreaksBeforeTheDeviceIsOpenedAgainIsWaitedFor() throws Exception {
    try (FaultyLine line = new FaultyLine(agent.address())) {
      JudgeSource source = new DeviceSource("board", line.address(), PATIENT, PLAIN);
      source.open(model).close();
      line.outage(1_000);
      Answers answers = new Answers();
      try (Judge judge = source.open(model)) {
        judge.judge(pictures, answers);
      }
      answers.assertEachOnceAndRight();
    }
  }

  private static DeviceUnreachableException lost(FaultyLine line, DeviceAccess access, Answers to) {
    try (DeviceJudge judge = DeviceJudge.connect("board", line.address(), access, model, PLAIN)) {
      return assertThrows(DeviceUnreachableException.class, () -> judge.judge(pictures, to));
    }
  }

  @Test
  void aDeviceThatDoesNotComeBackInTimeIsLostAndWhatItSaidStands() throws Exception {
    Answers answers = new Answers();
    try (FaultyLine line = new FaultyLine(agent.address())) {
      line.after(8_000, each -> each.outage(0));
      DeviceUnreachableException e =
          lost(line, DeviceAccess.inTheClear().withReconnect(Duration.ofSeconds(2)), answers);
      assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileJudging(e));
      assertTrue(e.getMessage().contains("it was not back within 2 s"), e.getMessage());
    }
    assertTrue(answers.count() > 0 && answers.count() < pictures.size(), "" + answers.count());
  }

  /** A line that always breaks at the same batch would else be tried for ever. */
  @Test
  void aLineThatBreaksAgainAtEachTryIsGivenUp() throws Exception {
    Answers answers = new Answers();
    try (FaultyLine line = new FaultyLine(agent.address())) {
      for (int i = 0; i < 1_000; i++) {
        // Describe and health pass, of a batch's answer never all.
        line.after(i == 0 ? 8_000 : 1_200, each -> each.cut(false));
      }
      DeviceUnreachableException e =
          lost(line, DeviceAccess.inTheClear().withReconnect(Duration.ofSeconds(4)), answers);
      assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileJudging(e));
      assertTrue(line.left() > 0);
    }
    assertTrue(answers.count() < pictures.size());
  }

  @Test
  void anAgentThatWasStartedAgainHasCrashed() throws Exception {
    Path store = Files.createDirectory(folder.resolve("restarted"));
    List<AgentProcess> second = new ArrayList<>();
    Answers answers = new Answers();
    try (AgentProcess first = TestAgent.start(store);
        FaultyLine line = new FaultyLine(first.address())) {
      line.after(
          8_000,
          each -> {
            ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
            each.outage(0);
            second.add(TestAgent.start(store));
            each.leadTo(second.get(0).address());
            each.outage(1);
          });
      DeviceUnreachableException e = lost(line, PATIENT, answers);
      assertEquals(Outcome.CRASHED, FailureOutcome.whileJudging(e));
      assertTrue(answers.count() > 0 && answers.count() < pictures.size(), "" + answers.count());
    } finally {
      second.forEach(AgentProcess::close);
    }
  }

  @Test
  void anotherDeviceAtTheSameAddressIsNotTakenForTheOneThatWasLost() throws Exception {
    Answers answers = new Answers();
    // Other threads are another fingerprint; it has been up for longer than the loss.
    try (AgentProcess other =
            TestAgent.startWithThreads(2, Files.createDirectory(folder.resolve("other")));
        FaultyLine line = new FaultyLine(agent.address())) {
      line.after(
          8_000,
          each -> {
            each.leadTo(other.address());
            each.cut(false);
          });
      DeviceUnreachableException e = lost(line, PATIENT, answers);
      assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileJudging(e));
      assertTrue(e.getMessage().contains("there is another one now"), e.getMessage());
    }
  }

  @Test
  void aMachineThatTakesConnectionsAndSaysNothingIsNoDeviceThatIsLate() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DeviceClient client =
            new DeviceClient(new DeviceAddress("127.0.0.1", silent.getLocalPort()))) {
      DeviceUnreachableException e =
          assertThrows(DeviceUnreachableException.class, client::describe);
      assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileOpening(e));
      assertTrue(e.getMessage().contains("no connection within"), e.getMessage());
    }
  }
}
