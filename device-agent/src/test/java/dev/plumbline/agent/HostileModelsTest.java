package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that load and then use up the device; an honest one runs after each. */
class HostileModelsTest {
  private static final byte[] HONEST = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
  private static final Bounds BOUNDS =
      new Bounds(16 << 20, 64 << 20, 64, 8 << 10, 2, 4, Duration.ofMinutes(1));

  @TempDir Path folder;

  private AgentFixture agent(int maxModels) throws Exception {
    Quotas standard = Quotas.DEFAULT;
    Quotas quotas =
        new Quotas(
            maxModels,
            standard.maxConnections(),
            standard.maxCalls(),
            Duration.ofSeconds(1),
            standard.longestCall(),
            standard.shortCall(),
            standard.messageTime(),
            standard.perCaller());
    return new AgentFixture(folder, BOUNDS, quotas, Duration.ofMinutes(1));
  }

  private static Status run(AgentFixture agent, byte[] model, int pictures) throws Exception {
    return agent
        .infer()
        .send(request(inferHeader(SmallModel.sha256(model), 1, 2, 2)))
        .send(batch(0, pictures, new byte[4 * pictures]))
        .endSending()
        .end();
  }

  @Test
  void aModelThatRunsForeverIsStopped() throws Exception {
    try (AgentFixture agent = agent(8)) {
      assertEquals(Status.OK, agent.put(HONEST));
      byte[] endless = HostileModels.endless();
      assertEquals(Status.OK, agent.put(endless));
      Status end = run(agent, endless, 1);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, end.getCode(), end.toString());
      assertTrue(end.getDescription().endsWith("ran for more than 1 s"), end.getDescription());
      assertEquals(Status.OK, run(agent, HONEST, 2));
    }
  }

  @Test
  void aModelWhoseAnswerIsTooBigIsRefused() throws Exception {
    try (AgentFixture agent = agent(8)) {
      byte[] model = HostileModels.classes(20_000);
      assertEquals(Status.OK, agent.put(model));
      Status end = run(agent, model, 53);
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
      assertTrue(end.getDescription().contains("20000 logits"), end.getDescription());
      assertEquals(Status.OK, run(agent, model, 52));
      assertEquals(Status.OK, agent.put(HONEST));
      assertEquals(Status.OK, run(agent, HONEST, 2));
    }
  }

  @Test
  void theModelUnusedForLongestMakesRoomWhereThereAreTooMany() throws Exception {
    try (AgentFixture agent = agent(2)) {
      for (int classes = 2; classes < 6; classes++) {
        assertEquals(Status.OK, agent.put(HostileModels.classes(classes)));
        // File times may be as coarse as this.
        Thread.sleep(20);
      }
      assertFalse(has(HostileModels.classes(3)));
      assertTrue(has(HostileModels.classes(4)));
      assertTrue(has(HostileModels.classes(5)));
    }
  }

  private boolean has(byte[] model) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> f.endsWith(SmallModel.sha256(model) + ".onnx"));
    }
  }

  @Test
  void modelsThatAreAnnouncedTogetherDoNotTakeMoreDiskThanThereIs() throws Exception {
    // Two of 16 MiB, and not three.
    Bounds more = new Bounds(16 << 20, 40 << 20, 64, 8 << 10, 2, 8, Duration.ofMinutes(1));
    try (AgentFixture agent = new AgentFixture(folder, more, Duration.ofMinutes(1))) {
      for (int i = 0; i < 2; i++) {
        agent
            .put()
            .send(AgentFixture.header(SmallModel.sha256(new byte[] {(byte) i}), 16 << 20))
            .answer();
      }
      Status end =
          agent.put().send(AgentFixture.header(SmallModel.sha256(new byte[3]), 16 << 20)).end();
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
      assertTrue(end.getDescription().contains("beside the 2 on their way"), end.toString());
      assertEquals(Status.OK, agent.put(HONEST));
    }
  }
}
