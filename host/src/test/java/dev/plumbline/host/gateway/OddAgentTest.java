package dev.plumbline.host.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that break the protocol: each call gets a status, and the host goes on. */
class OddAgentTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** In HPACK {@code :status: 200}, {@code content-type:} and 16 bytes. */
  private static final int[] HEAD =
      IntStream.concat(IntStream.of(0x88, 0x5f, 16), "application/grpc".chars()).toArray();

  private final List<String> told = new CopyOnWriteArrayList<>();
  private Server server;
  private JoinedAgents agents;
  private int port;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    HostSecurity security = HostSecurity.none();
    agents =
        new JoinedAgents(
            security,
            new JoinedAgents.Heartbeat(Duration.ofMillis(200), Duration.ofSeconds(4)),
            told::add);
    server = new Server();
    HttpConfiguration http = new HttpConfiguration();
    ServerConnector connector =
        new ServerConnector(
            server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Sequence(
            new JoinHandler(security, agents), new GatewayHandler(security, agents)));
    server.start();
    port = connector.getLocalPort();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("plumbline-device", Metadata.ASCII_STRING_MARSHALLER), "odd");
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    agents.close();
    server.stop();
  }

  private Status ask(OddAgent.Answer answer) throws Exception {
    OddAgent agent = new OddAgent(port, "odd", answer);
    try {
      Waiting.until(
          "the agent to join",
          () -> told.stream().anyMatch(line -> line.startsWith("agent odd joined")));
      DeviceServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
      throw new AssertionError("an answer from nothing");
    } catch (StatusRuntimeException e) {
      assertEquals(0, agents.all().stream().mapToInt(JoinedAgent::openCalls).sum());
      return e.getStatus();
    } finally {
      agent.close();
      Waiting.until("the agent to be gone", () -> agents.all().isEmpty());
    }
  }

  @Test
  void anAnswerWithoutAStatusIsAFault() throws Exception {
    Status status =
        ask(
            (out, stream) -> {
              OddAgent.frame(out, HEADERS, END_HEADERS, stream, HEAD);
              OddAgent.frame(out, DATA, END_STREAM, stream);
            });
    assertEquals(Status.Code.INTERNAL, status.getCode(), status.toString());
    assertEquals("agent 'odd' ended its answer without a status", status.getDescription());
  }

  @Test
  void aCallThatIsBrokenOffGetsWhatGrpcReadsInTheCode() throws Exception {
    int[] codes = {7, 8, 2};
    Status.Code[] expected = {Status.Code.UNAVAILABLE, Status.Code.CANCELLED, Status.Code.INTERNAL};
    for (int i = 0; i < codes.length; i++) {
      int code = codes[i];
      told.clear();
      Status status = ask((out, stream) -> OddAgent.frame(out, RESET, 0, stream, 0, 0, 0, code));
      assertEquals(expected[i], status.getCode(), status.toString());
      assertTrue(status.getDescription().startsWith("agent 'odd' broke the call off"));
    }
  }

  @Test
  void aConnectionThatBreaksMakesItsCallsUnavailable() throws Exception {
    Status hungUp = ask((out, stream) -> out.close());
    assertEquals(Status.Code.UNAVAILABLE, hungUp.getCode(), hungUp.toString());
    told.clear();
    Status garbage =
        ask((out, stream) -> OddAgent.frame(out, HEADERS, END_HEADERS, stream, 0xff, 0xff, 0xff));
    assertEquals(Status.Code.UNAVAILABLE, garbage.getCode(), garbage.toString());
  }

  @Test
  void anAgentThatAnswersNoPingIsGone() throws Exception {
    // It acknowledges settings, and that is all: its calls end with its connection.
    Status status = ask((out, stream) -> {});
    assertEquals(Status.Code.UNAVAILABLE, status.getCode(), status.toString());
    assertTrue(told.contains("agent odd has left: it was silent for 4 s"), told.toString());
  }
}
