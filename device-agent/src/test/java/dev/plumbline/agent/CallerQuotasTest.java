package dev.plumbline.agent;

import static dev.plumbline.agent.SecureAgent.ask;
import static dev.plumbline.agent.SecureAgent.put;
import static dev.plumbline.agent.SecureAgent.withToken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.CallerShare;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.Channel;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A caller that takes all that it gets, and another one that is to find its share. */
class CallerQuotasTest {
  private static final String GREEDY = "0123456789abcdef0123456789abcdef";
  private static final String HONEST = "fedcba9876543210fedcba9876543210";
  private static final Bounds BOUNDS =
      new Bounds(64 << 10, 256 << 10, 8, 8 << 10, 2, 4, Duration.ofMinutes(1));

  @TempDir Path folder;
  private SecureAgent agent;
  private Channel greedy;
  private Channel honest;
  private Path models;

  @BeforeEach
  void start() throws Exception {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"),
            "greedy "
                + SmallModel.sha256(GREEDY.getBytes())
                + "\nhonest "
                + SmallModel.sha256(HONEST.getBytes())
                + "\n");
    Quotas standard = Quotas.DEFAULT;
    Quotas quotas =
        new Quotas(
            4,
            standard.maxConnections(),
            12,
            standard.longestRun(),
            standard.longestCall(),
            Duration.ofSeconds(20),
            standard.messageTime(),
            new CallerShare(50));
    models = folder.resolve("models");
    agent = new SecureAgent(models, BOUNDS, quotas, "--token-file", tokens.toString());
    greedy = withToken(agent.clearChannel(), GREEDY);
    honest = withToken(agent.clearChannel(), HONEST);
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private boolean has(byte[] model) throws Exception {
    try (Stream<Path> files = Files.list(models)) {
      return files.anyMatch(f -> f.endsWith(SmallModel.sha256(model) + ".onnx"));
    }
  }

  @Test
  void aCallerThatPutsModelAfterModelDrivesItsOwnOut() throws Exception {
    byte[] kept = HostileModels.classes(2);
    assertEquals(Status.OK, put(honest, kept));
    for (int classes = 3; classes < 9; classes++) {
      // File times may be as coarse as this.
      Thread.sleep(20);
      assertEquals(Status.OK, put(greedy, HostileModels.classes(classes)));
    }
    assertTrue(has(kept));
    assertFalse(has(HostileModels.classes(6)));
    assertTrue(has(HostileModels.classes(7)));
    assertTrue(has(HostileModels.classes(8)));
    try (Stream<Path> files = Files.list(models)) {
      // Of each model its file and the name of who put it.
      assertEquals(6, files.count());
    }
  }

  @Test
  void aCallerThatPutsManyModelsAtOnceLeavesPlacesToOthers() throws Exception {
    assertEquals(Status.OK, announce(greedy, "1", BOUNDS.maxModelBytes()));
    assertEquals(Status.OK, announce(greedy, "2", BOUNDS.maxModelBytes()));
    Status third = announce(greedy, "3", 1);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, third.getCode(), third.toString());
    assertTrue(third.getDescription().contains("2 calls of 'token:greedy'"), third.toString());
    assertEquals(Status.OK, announce(honest, "4", BOUNDS.maxModelBytes()));
    assertEquals(Status.OK, announce(honest, "5", BOUNDS.maxModelBytes()));
  }

  /** OK where the agent waits for its bytes. */
  private static Status announce(Channel channel, String name, long bytes) throws Exception {
    Talk<PutModelRequest, PutModelResponse> call =
        put(channel).send(AgentFixture.header(SmallModel.sha256(name.getBytes()), bytes));
    try {
      call.answer();
      return Status.OK;
    } catch (AssertionError e) {
      return call.end();
    }
  }

  @Test
  void aCallerThatOpensCallAfterCallLeavesPlacesToOthers() throws Exception {
    // A question that comes before the sixth call takes its place, and proves nothing.
    int tries = 1;
    while (!theSeventhCallIsRefused(Duration.ofMillis(100L * tries))) {
      assertTrue(++tries < 10, "seven calls were open at once");
    }
  }

  private boolean theSeventhCallIsRefused(Duration untilSixAreOpen) throws Exception {
    try (RawCall.Connection connection = new RawCall.Connection(agent.port())) {
      List<RawCall> open = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        open.add(connection.call("Describe", "authorization", "Bearer " + GREEDY));
      }
      Thread.sleep(untilSixAreOpen.toMillis());
      Status refused = ask(greedy);
      if (refused.isOk()) {
        return false;
      }
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getCode(), refused.toString());
      assertTrue(
          refused.getDescription().contains("6 calls of 'token:greedy'"), refused.toString());
      assertEquals(Status.OK, ask(honest));
      for (RawCall call : open) {
        call.end(0, 0, 0, 0, 0);
        assertEquals(Status.Code.OK.value(), call.status());
      }
      assertEquals(Status.OK, ask(greedy));
      return true;
    }
  }

  @Test
  void aShareIsRoundedDownAndNeverNothing() {
    CallerShare half = new CallerShare(50);
    Caller one = new Caller.CertificateOwner(new X509Certificate[0]);
    assertEquals(3, half.of(one, 7));
    assertEquals(1, half.of(one, 1));
    assertEquals(Long.MAX_VALUE / 2, half.of(one, Long.MAX_VALUE));
  }

  @Test
  void callersWhoShowNothingAreOneWhoMayHaveAll() {
    assertEquals(7, new CallerShare(50).of(new Caller.Anyone(), 7));
  }
}
