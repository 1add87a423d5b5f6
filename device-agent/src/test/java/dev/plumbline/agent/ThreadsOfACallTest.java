package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call with another number of threads than the agent's, which is 1 here. */
class ThreadsOfACallTest {
  private static final byte[] MODEL = SmallModel.linear(0, 1, 4, 5).build().toByteArray();
  private static final byte[] PIXELS = new byte[3 * 4 * 5];

  @TempDir Path folder;
  private AgentFixture agent;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(PIXELS);
    agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private Talk<InferRequest, InferResponse> call(int threads) {
    return agent
        .infer()
        .send(request(inferHeader(SmallModel.sha256(MODEL), 1, 4, 5).setThreads(threads)))
        .send(batch(0, 3, PIXELS));
  }

  @Test
  void theAnswerSaysHowManyThreadsRanAndTheLogitsAreThoseOfTheOthers() throws Exception {
    InferResponse usual = call(0).endSending().answer();
    InferResponse other = call(2).endSending().answer();
    assertEquals(1, usual.getFingerprint().getThreads());
    assertEquals(2, other.getFingerprint().getThreads());
    // A matrix of this size is one thread's work in both, so no bit may differ.
    assertEquals(usual.getLogitsList(), other.getLogitsList());
    // What was borrowed is given back, and the agent's own number is as before.
    assertEquals(1, call(0).endSending().answer().getFingerprint().getThreads());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 100_000})
  void aNumberOutOfRangeIsRefused(int threads) throws Exception {
    Status end = call(threads).end();
    assertEquals(Status.Code.INVALID_ARGUMENT, end.getCode(), end.toString());
    int most =
        agent.blocking().describe(DescribeRequest.getDefaultInstance()).getLimits().getMaxThreads();
    assertTrue(end.getDescription().contains("expected 1 to " + most), end.toString());
  }

  @Test
  void thereIsRoomForOneSuchCallAndAgainWhenItHasEnded() throws Exception {
    Talk<InferRequest, InferResponse> first = call(2);
    first.answer();
    Status second = call(2).end();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, second.getCode(), second.toString());
    assertTrue(second.getDescription().contains("expected at most one"), second.toString());
    // Others go on meanwhile.
    assertEquals(1, call(0).endSending().answer().getFingerprint().getThreads());
    assertEquals(Status.Code.OK, first.endSending().end().getCode());
    assertEquals(2, call(2).endSending().answer().getFingerprint().getThreads());
  }

  @Test
  void aCallThatIsGivenUpGivesItsRoomBack() throws Exception {
    Talk<InferRequest, InferResponse> first = call(2);
    first.answer();
    first.cancel();
    first.end();
    Status refused = null;
    // The agent hears of it a little later than the host.
    for (int i = 0; i < 100; i++) {
      Talk<InferRequest, InferResponse> again = call(2);
      again.endSending();
      refused = again.end();
      if (refused.isOk()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("still refused: " + refused);
  }
}
