package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.InferResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in a process beside the agent, and what they do to it; an honest one runs after each. */
class IsolationTest {
  private static final byte[] HONEST = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
  private static final Bounds BOUNDS =
      new Bounds(16 << 20, 64 << 20, 64, 8 << 10, 2, 4, Duration.ofMinutes(1));

  @TempDir Path folder;

  private AgentFixture agent(Duration longestRun, OptionalLong maxMemoryBytes) throws Exception {
    Quotas standard = Quotas.DEFAULT;
    Quotas quotas =
        new Quotas(
            standard.maxModels(),
            standard.maxConnections(),
            standard.maxCalls(),
            longestRun,
            standard.longestCall(),
            standard.shortCall(),
            standard.messageTime(),
            standard.perCaller());
    return new AgentFixture(
        folder,
        BOUNDS,
        quotas,
        Duration.ofMinutes(1),
        Optional.of(new Isolation(maxMemoryBytes, Optional.empty())));
  }

  private static Talk<?, InferResponse> begin(AgentFixture agent, byte[] model) throws Exception {
    return agent
        .infer()
        .send(request(inferHeader(SmallModel.sha256(model), 1, 2, 2)))
        .send(batch(0, 1, new byte[4]))
        .endSending();
  }

  private static Status run(AgentFixture agent, byte[] model) throws Exception {
    return begin(agent, model).end(Duration.ofSeconds(60));
  }

  /** The processes in which models run. */
  private static List<ProcessHandle> processes() {
    return ProcessHandle.current()
        .children()
        .filter(p -> p.info().command().orElse("").endsWith("java"))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private static long resident(long pid) throws IOException {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    return Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s*(\\d+) kB.*", "$1")) * 1024;
  }

  @Test
  void anIsolatedModelGivesWhatOnnxRuntimeGivesAndTellsWhatRan() throws Exception {
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.empty())) {
      assertEquals(1, processes().size());
      assertEquals(Status.OK, agent.put(HONEST));
      byte[] pixels = {0, (byte) 255, 7, 99, 1, 2, 3, 4};
      var call = agent.infer().send(request(inferHeader(SmallModel.sha256(HONEST), 1, 2, 2)));
      InferResponse answer = call.send(batch(5, 2, pixels)).answer();
      float[] input = new float[pixels.length];
      for (int i = 0; i < input.length; i++) {
        input[i] = (pixels[i] & 0xff) / 255f;
      }
      // The oracle: ONNX Runtime in this process, on the same batch; so to the last bit.
      float[][] expected = SmallModel.logits(HONEST, input, 2, 1, 2, 2);
      for (int picture = 0; picture < 2; picture++) {
        float[] logits = new float[SmallModel.CLASSES];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = answer.getLogits(picture * logits.length + i);
        }
        assertArrayEquals(expected[picture], logits);
      }
      assertEquals(5, answer.getBatchId());
      assertEquals("CPUExecutionProvider", answer.getFingerprint().getRan(0).getProvider());
      assertEquals("1.29.0", answer.getFingerprint().getRuntime());
      assertEquals(Status.OK, call.endSending().end());
      DescribeResponse description =
          agent.blocking().describe(DescribeRequest.getDefaultInstance());
      assertEquals(1, description.getModelsCount());
      assertEquals(SmallModel.sha256(HONEST), description.getModels(0).getModelSha256());
      // Two Java processes, one of which has ONNX Runtime and a model in memory.
      long told = agent.blocking().health(HealthRequest.getDefaultInstance()).getResidentBytes();
      long model = resident(processes().get(0).pid());
      long here = resident(ProcessHandle.current().pid());
      assertTrue(model > 20 << 20, "resident: " + model);
      // Readings of two processes that go on, some milliseconds apart.
      assertEquals(here + model, told, 32 << 20);
    }
    assertEquals(List.of(), processes());
  }

  /** Of a picture alone nothing is left when the mean over the run is taken off. */
  @Test
  void anIsolatedModelRunsInRunsOfTheSizeAskedFor() throws Exception {
    byte[] centred = SmallModel.centred(1, 2, 2).build().toByteArray();
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.empty())) {
      assertEquals(Status.OK, agent.put(centred));
      var call =
          agent
              .infer()
              .send(request(inferHeader(SmallModel.sha256(centred), 1, 2, 2).setRunBatch(1)));
      InferResponse answer =
          call.send(batch(0, 2, new byte[] {0, (byte) 255, 7, 99, 1, 2, 3, 4})).answer();
      assertEquals(2 * SmallModel.CLASSES, answer.getLogitsCount());
      assertTrue(answer.getLogitsList().stream().allMatch(logit -> logit == 0f), answer.toString());
      assertEquals(1, answer.getFingerprint().getBatch());
    }
  }

  @Test
  void aModelThatIsRefusedIsRefusedInTheSameWords() throws Exception {
    byte[] nonsense = {1, 2, 3};
    Status here;
    try (AgentFixture agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1))) {
      here = agent.put(nonsense);
    }
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.empty())) {
      Status there = agent.put(nonsense);
      assertEquals(Status.Code.INVALID_ARGUMENT, there.getCode(), there.toString());
      assertEquals(here.getDescription(), there.getDescription());
      Status missing = run(agent, HONEST);
      assertEquals(Status.Code.NOT_FOUND, missing.getCode(), missing.toString());
    }
  }

  @Test
  void aProcessThatIsKilledInTheMiddleOfABatchCostsItsCallAlone() throws Exception {
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.empty())) {
      byte[] endless = HostileModels.endless();
      assertEquals(Status.OK, agent.put(HONEST));
      assertEquals(Status.OK, agent.put(endless));
      var open = agent.infer().send(request(inferHeader(SmallModel.sha256(HONEST), 1, 2, 2)));
      open.send(batch(1, 1, new byte[4])).answer();
      var running = begin(agent, endless);
      // Until the batch is under way in the process, and one after it waits for its turn.
      Thread.sleep(500);
      open.send(batch(2, 1, new byte[4]));
      Thread.sleep(500);
      ProcessHandle first = processes().get(0);
      assertTrue(first.destroyForcibly());
      Status end = running.end(Duration.ofSeconds(60));
      assertEquals(Status.Code.INTERNAL, end.getCode(), end.toString());
      assertTrue(end.getDescription().endsWith("ended by signal 9"), end.getDescription());
      assertTrue(end.getDescription().contains(SmallModel.sha256(endless)), end.toString());
      assertEquals(2, open.answer(Duration.ofSeconds(60)).getBatchId());
      assertEquals(Status.OK, open.endSending().end());
      assertEquals(1, processes().size());
      assertFalse(processes().contains(first));
    }
  }

  @Test
  void aProcessThatEndsBetweenTwoCallsCostsNone() throws Exception {
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.empty())) {
      assertEquals(Status.OK, agent.put(HONEST));
      ProcessHandle first = processes().get(0);
      assertTrue(first.destroyForcibly());
      first.onExit().get(30, TimeUnit.SECONDS);
      assertEquals(Status.OK, run(agent, HONEST));
    }
  }

  @Test
  void anEndlessLoopIsStoppedAndItsProcessStays() throws Exception {
    try (AgentFixture agent = agent(Duration.ofSeconds(1), OptionalLong.empty())) {
      byte[] endless = HostileModels.endless();
      assertEquals(Status.OK, agent.put(endless));
      assertEquals(Status.OK, agent.put(HONEST));
      List<ProcessHandle> before = processes();
      Status end = run(agent, endless);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, end.getCode(), end.toString());
      assertEquals(Status.OK, run(agent, HONEST));
      assertEquals(before, processes());
    }
  }

  @Test
  void anEndlessOperatorIsEndedWithItsProcess() throws Exception {
    try (AgentFixture agent = agent(Duration.ofSeconds(1), OptionalLong.empty())) {
      byte[] endless = HostileModels.endlessOperator();
      assertEquals(Status.OK, agent.put(endless));
      assertEquals(Status.OK, agent.put(HONEST));
      List<ProcessHandle> before = processes();
      Status end = run(agent, endless);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, end.getCode(), end.toString());
      assertTrue(end.getDescription().endsWith("its process was ended"), end.getDescription());
      assertEquals(Status.OK, run(agent, HONEST));
      assertEquals(1, processes().size());
      assertFalse(before.contains(processes().get(0)));
    }
  }

  @Test
  void aModelThatAllocatesWithoutEndIsRefused() throws Exception {
    assumeTrue(
        Programs.there("prlimit"), "prlimit of util-linux is not there to bound memory with");
    // Room for a Java virtual machine as big as this one may be, and some for models.
    long bytes = Runtime.getRuntime().maxMemory() + (768L << 20);
    try (AgentFixture agent = agent(Duration.ofMinutes(1), OptionalLong.of(bytes))) {
      byte[] growing = HostileModels.growing();
      assertEquals(Status.OK, agent.put(growing));
      assertEquals(Status.OK, agent.put(HONEST));
      for (int i = 0; i < 2; i++) {
        Status end = run(agent, growing);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
        assertEquals(Status.OK, run(agent, HONEST));
      }
    }
  }

  @Test
  void theProcessEndsWithAnAgentThatIsKilled() throws Exception {
    ProcessHandle models;
    AgentJvm agent = new AgentJvm(folder, List.of(), "--isolate");
    try (agent) {
      assertTrue(agent.line().contains("listening"));
      models = agent.process().children().findFirst().orElseThrow();
      agent.process().destroyForcibly();
    }
    for (int i = 0; i < 500 && models.isAlive(); i++) {
      Thread.sleep(20);
    }
    assertFalse(models.isAlive(), "the process for models outlives its agent");
  }
}
