package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.SecureAgent.ask;
import static dev.plumbline.agent.SecureAgent.put;
import static dev.plumbline.agent.SecureAgent.withToken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.security.CallerShare;
import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that mean no good, with a good token. After each an honest client, with a call that has
 * been open all the while, is served.
 */
class HostileClientsTest {
  private static final byte[] MODEL = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
  private static final String SHA256 = SmallModel.sha256(MODEL);
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final int MAX_CALLS = 20;
  private static final int MAX_CONNECTIONS = 12;

  /** Short where the hostile are to run into them. */
  private static final Quotas QUOTAS =
      new Quotas(
          64,
          MAX_CONNECTIONS,
          MAX_CALLS,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          new CallerShare(100));

  @TempDir Path folder;
  private SecureAgent agent;
  private RawCall.Connection hostile;
  private Channel honest;
  private Talk<?, ?> honestCall;

  @BeforeEach
  void start() throws Exception {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"), "lab " + SmallModel.sha256(TOKEN.getBytes()) + "\n");
    agent =
        new SecureAgent(
            folder.resolve("models"), BOUNDS, QUOTAS, "--token-file", tokens.toString());
    honest = withToken(agent.clearChannel(), TOKEN);
    hostile = new RawCall.Connection(agent.port());
    var call = put(honest).send(AgentFixture.header(SHA256, MODEL.length));
    call.answer();
    honestCall = call.send(AgentFixture.chunk(MODEL));
    call.answer();
  }

  /** The agent has gone on serving others, and holds nothing of the hostile ones. */
  @AfterEach
  void theHonestAreServed() throws Exception {
    try (SecureAgent closing = agent;
        RawCall.Connection ended = hostile) {
      assertNotNull(ended);
      assertEquals(Status.OK, honestCall.endSending().end());
      assertEquals(Status.OK, ask(honest));
      for (int i = 0; i < 250 && !closing.isIdle(); i++) {
        Thread.sleep(20);
      }
      assertTrue(closing.isIdle(), "a call is open, or holds memory");
    }
  }

  private RawCall call(String method) throws Exception {
    return hostile.call(method, "authorization", "Bearer " + TOKEN);
  }

  private static void assertStatus(Status.Code code, int found) {
    assertEquals(code, Status.fromCodeValue(found).getCode());
  }

  @Test
  void aMessageThatSaysItIsHugeIsRefusedByItsPrefix() throws Exception {
    assertStatus(
        Status.Code.RESOURCE_EXHAUSTED, call("PutModel").send(0, 0x7f, 0xff, 0xff, 0xff).status());
    // More than an int holds.
    assertStatus(
        Status.Code.RESOURCE_EXHAUSTED, call("PutModel").send(0, 0xff, 0xff, 0xff, 0xff).status());
    // A question has no need to be as long as a model's chunk.
    assertStatus(Status.Code.RESOURCE_EXHAUSTED, call("Describe").send(0, 0, 1, 0, 0).status());
  }

  @Test
  void aMessageThatIsCutOffIsRefused() throws Exception {
    assertStatus(
        Status.Code.INTERNAL, call("PutModel").send(0, 0, 0, 0, 100, 1, 2, 3).end().status());
    assertStatus(Status.Code.INTERNAL, call("Describe").send(0, 0).end().status());
  }

  @Test
  void aMessageThatIsNoProtobufIsRefused() throws Exception {
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        call("PutModel").send(0, 0, 0, 0, 3, 0xff, 0xff, 0xff).end().status());
  }

  @Test
  void aCompressedMessageIsRefused() throws Exception {
    try {
      DeviceServiceGrpc.newBlockingStub(honest)
          .withCompression("gzip")
          .withDeadlineAfter(15, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
      throw new AssertionError("it was taken");
    } catch (StatusRuntimeException e) {
      assertEquals(Status.Code.UNIMPLEMENTED, e.getStatus().getCode(), e.toString());
    }
  }

  @Test
  void aMessageThatDribblesInIsEndedWhenItsTimeIsOver() throws Exception {
    RawCall slow = call("PutModel").send(0, 0, 0, 1, 0);
    for (int i = 0; i < 12; i++) {
      try {
        slow.send(10);
      } catch (ExecutionException reset) {
        break; // On a busy machine its time is over before the last byte is sent.
      }
      Thread.sleep(100);
    }
    assertStatus(Status.Code.DEADLINE_EXCEEDED, slow.status());
  }

  @Test
  void aQuestionThatNeverEndsIsEndedWhenItsTimeIsOver() throws Exception {
    assertStatus(Status.Code.DEADLINE_EXCEEDED, call("Describe").status());
    assertStatus(Status.Code.DEADLINE_EXCEEDED, call("Health").send(0, 0).status());
  }

  @Test
  void halfOpenStreamsBeyondTheBoundAreRefusedAndTheirPlacesComeBack() throws Exception {
    List<RawCall> open = new ArrayList<>();
    // One place is the honest one's; four are too many.
    for (int i = 0; i < MAX_CALLS + 3; i++) {
      open.add(call("Describe"));
    }
    int refused = 0;
    for (RawCall call : open) {
      Status.Code code = Status.fromCodeValue(call.status()).getCode();
      refused += code == Status.Code.RESOURCE_EXHAUSTED ? 1 : 0;
      assertTrue(
          code == Status.Code.RESOURCE_EXHAUSTED || code == Status.Code.DEADLINE_EXCEEDED,
          code.toString());
    }
    assertEquals(4, refused);
    assertStatus(Status.Code.OK, call("Describe").end(0, 0, 0, 0, 0).status());
  }

  @Test
  void aHashThatIsNotTheModelsIsRefused() throws Exception {
    String other = SmallModel.sha256(new byte[0]);
    Status end =
        put(honest)
            .send(AgentFixture.header(other, MODEL.length))
            .send(AgentFixture.chunk(MODEL))
            .endSending()
            .end();
    assertEquals(Status.Code.INVALID_ARGUMENT, end.getCode(), end.toString());
  }

  @Test
  void aHeaderThatIsBrokenBase64IsNotDecoded() throws Exception {
    // gRPC decodes every header of this ending before it looks at the call.
    int status =
        hostile
            .call("Health", "authorization", "Bearer " + TOKEN, "broken-bin", "!!!")
            .end(0, 0, 0, 0, 0)
            .status();
    assertStatus(Status.Code.OK, status);
  }

  @Test
  void oneAddressDoesNotShutTheOthersOut() throws Exception {
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        flood.add(new Socket("127.0.0.1", agent.port()));
      }
      assertEquals(Status.OK, ask(honest));
      ManagedChannel other = from("127.0.0.2");
      assertEquals(Status.OK, ask(withToken(other, TOKEN)));
      other.shutdownNow();
      // From the address of the flood no more come in.
      assertEquals(Status.Code.UNAVAILABLE, ask(withToken(agent.clearChannel(), TOKEN)).getCode());
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
    Channel later = withToken(agent.clearChannel(), TOKEN);
    Status end = ask(later);
    for (int i = 0; i < 100 && !end.isOk(); i++) {
      Thread.sleep(50);
      end = ask(later);
    }
    assertEquals(Status.OK, end);
  }

  private ManagedChannel from(String local) {
    return NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
        .usePlaintext()
        .localSocketPicker(
            new NettyChannelBuilder.LocalSocketPicker() {
              @Override
              public SocketAddress createSocketAddress(
                  SocketAddress remote, Attributes attributes) {
                return new InetSocketAddress(local, 0);
              }
            })
        .build();
  }
}
