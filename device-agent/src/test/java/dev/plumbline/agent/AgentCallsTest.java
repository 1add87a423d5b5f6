package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.HealthResponse;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentCallsTest {
  private static final byte[] MODEL = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
  private static final String SHA256 = SmallModel.sha256(MODEL);

  @TempDir Path folder;

  private AgentFixture start() throws Exception {
    return new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
  }

  private static Bounds withSilence(Duration silence) {
    return new Bounds(
        BOUNDS.maxModelBytes(),
        BOUNDS.maxStoreBytes(),
        BOUNDS.maxBatch(),
        BOUNDS.maxBatchBytes(),
        BOUNDS.maxSessions(),
        BOUNDS.maxWorkCalls(),
        silence);
  }

  @Test
  void theAgentDescribesItself() throws Exception {
    try (AgentFixture agent = start()) {
      DescribeResponse response = agent.blocking().describe(DescribeRequest.getDefaultInstance());
      assertEquals(System.getProperty("os.arch"), response.getFingerprint().getArch());
      assertEquals("1.29.0", response.getFingerprint().getRuntime());
      assertEquals("CPUExecutionProvider", response.getFingerprint().getProvider());
      assertEquals("", response.getFingerprint().getModelSha256());
      assertTrue(response.getLimits().getMaxThreads() >= 2, response.getLimits().toString());
      assertEquals(BOUNDS.toLimits(), withoutThreads(response));
      HealthResponse health = agent.blocking().health(HealthRequest.getDefaultInstance());
      assertEquals(HealthResponse.Status.STATUS_SERVING, health.getStatus());
      assertTrue(health.getResidentBytes() > 1 << 20, "resident " + health.getResidentBytes());
    }
  }

  /** The number of threads is the machine's matter. */
  private static Limits withoutThreads(DescribeResponse response) {
    return response.getLimits().toBuilder().clearMaxThreads().build();
  }

  @Test
  void reflectionListsTheService() throws Exception {
    try (AgentFixture agent = start()) {
      ServerReflectionResponse response =
          new Talk<ServerReflectionRequest, ServerReflectionResponse>(
                  ServerReflectionGrpc.newStub(agent.channel)::serverReflectionInfo)
              .send(ServerReflectionRequest.newBuilder().setListServices("").build())
              .endSending()
              .answer();
      List<String> services =
          response.getListServicesResponse().getServiceList().stream()
              .map(ServiceResponse::getName)
              .toList();
      assertTrue(services.contains("plumbline.device.v1.DeviceService"), services.toString());
    }
  }

  @Test
  void whatIsNoGrpcIsAnsweredInWords() throws Exception {
    try (AgentFixture agent = start()) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + agent.server.port() + "/index.html"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertEquals(415, response.statusCode());
      assertTrue(response.body().contains("agent of Plumbline"), response.body());
    }
  }

  @Test
  void aStormOfCancelledCallsHarmsNoOther() throws Exception {
    AgentFixture agent = start();
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
    ExecutorService innocent = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> answered =
          innocent.submit(
              () -> {
                int right = 0;
                for (int i = 0; i < 300; i++) {
                  DescribeResponse response =
                      agent.blocking().describe(DescribeRequest.getDefaultInstance());
                  right += withoutThreads(response).equals(BOUNDS.toLimits()) ? 1 : 0;
                }
                return right;
              });
      for (int i = 0; i < 400; i++) {
        var call = agent.infer().send(request(inferHeader(SHA256, 1, 2, 2)));
        call.send(batch(i, 1, new byte[4]));
        if (i % 3 == 0) {
          Thread.sleep(1);
        }
        call.cancel();
      }
      assertEquals(300, answered.get());
      // Every cancelled call has given its place back: four may work at once.
      Status end = Status.RESOURCE_EXHAUSTED;
      for (int i = 0; i < 100 && end.getCode() == Status.Code.RESOURCE_EXHAUSTED; i++) {
        Thread.sleep(20);
        end =
            agent
                .infer()
                .send(request(inferHeader(SHA256, 1, 2, 2)))
                .send(batch(0, 1, new byte[4]))
                .endSending()
                .end();
      }
      assertEquals(Status.Code.OK, end.getCode(), end.toString());
    } finally {
      innocent.shutdownNow();
      // A cancelled call that leaked would hold the stop up till its time is over.
      assertTimeoutPreemptively(Duration.ofSeconds(8), agent::close);
    }
  }

  @Test
  void moreCallsThanTheBoundAreRefusedUntilOneEnds() throws Exception {
    try (AgentFixture agent = start()) {
      assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
      Talk<InferRequest, InferResponse> first = open(agent);
      open(agent);
      open(agent);
      open(agent);
      Status refused = agent.infer().end();
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getCode(), refused.toString());
      // The unary calls are not work.
      agent.blocking().health(HealthRequest.getDefaultInstance());
      assertEquals(Status.Code.OK, first.endSending().end().getCode());
      Thread.sleep(200);
      open(agent);
    }
  }

  private static Talk<InferRequest, InferResponse> open(AgentFixture agent) throws Exception {
    var call = agent.infer().send(request(inferHeader(SHA256, 1, 2, 2)));
    call.send(batch(0, 1, new byte[4])).answer();
    return call;
  }

  @Test
  void aCallWhoseHostFallsSilentIsEnded() throws Exception {
    try (AgentFixture agent =
        new AgentFixture(folder, withSilence(Duration.ofMillis(600)), Duration.ofMinutes(1))) {
      Status end = agent.infer().end();
      assertEquals(Status.Code.DEADLINE_EXCEEDED, end.getCode(), end.toString());
    }
  }

  @Test
  void aQuietCallOutlivesTheIdleTimeOfItsConnection() throws Exception {
    try (AgentFixture agent = new AgentFixture(folder, BOUNDS, Duration.ofMillis(500))) {
      assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
      Talk<InferRequest, InferResponse> call = open(agent);
      Thread.sleep(2_000);
      assertEquals(1, call.send(batch(1, 1, new byte[4])).answer().getBatchId());
      assertEquals(Status.Code.OK, call.endSending().end().getCode());
    }
  }

  @Test
  void anAgentThatStopsEndsOpenCallsAndSaysSo() throws Exception {
    AgentFixture agent = start();
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
    Talk<InferRequest, InferResponse> call = open(agent);
    agent.server.close();
    Status end = call.end();
    assertEquals(Status.Code.UNAVAILABLE, end.getCode(), end.toString());
    assertEquals("the agent is stopping", end.getDescription());
    var late = agent.blocking();
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> late.describe(DescribeRequest.getDefaultInstance()));
    assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
    agent.channel.shutdownNow();
  }
}
