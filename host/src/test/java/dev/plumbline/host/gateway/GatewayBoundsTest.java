package dev.plumbline.host.gateway;

import static dev.plumbline.host.gateway.TwoJoinedAgents.ask;
import static dev.plumbline.host.gateway.TwoJoinedAgents.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DeviceServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls that could take a joined agent away from all its callers, and agents that are taken away.
 */
class GatewayBoundsTest {
  @TempDir static Path folder;
  private static TwoJoinedAgents agents;

  @BeforeAll
  static void start() throws Exception {
    agents = new TwoJoinedAgents(folder);
  }

  @AfterAll
  static void stop() {
    agents.close();
  }

  private static Channel withMetadata(int bytes) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-big", Metadata.ASCII_STRING_MARSHALLER), "a".repeat(bytes));
    return ClientInterceptors.intercept(
        agents.to("left"), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  @Test
  void metadataThatWouldBreakTheSharedConnectionAreRefusedAtTheHost() throws Exception {
    CompletableFuture<Status> other = new CompletableFuture<>();
    var open = DeviceServiceGrpc.newStub(agents.to("left")).putModel(new Ending<>(other));
    open.onNext(header("d".repeat(64), 1 << 20));
    for (int bytes = 5_000; bytes < 7_600; bytes += 100) {
      Status status = ask(withMetadata(bytes));
      assertTrue(
          status.isOk() || status.getCode() == Status.Code.RESOURCE_EXHAUSTED,
          bytes + ": " + status);
    }
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, ask(withMetadata(7_400)).getCode());
    assertEquals(Status.Code.OK, ask(withMetadata(1_000)).getCode());
    assertTrue(!other.isDone(), "the call of another has ended");
    open.onError(new IllegalStateException("given up"));
  }

  @Test
  void callsOfAnAgentThatIsLostEndUnavailable() throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    var open = DeviceServiceGrpc.newStub(agents.to("right")).putModel(new Ending<>(end));
    open.onNext(header("e".repeat(64), 1 << 20));
    assertEquals(Status.Code.OK, ask(agents.to("right")).getCode());
    agents.right.kill();
    assertEquals(Status.Code.UNAVAILABLE, end.get(30, TimeUnit.SECONDS).getCode());
  }

  @Test
  void aPageOfAnotherSiteGetsNothing() throws Exception {
    for (String path : new String[] {"/", "/api/agents", "/join"}) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agents.host.port() + path))
              .header("Origin", "https://elsewhere.example")
              .build();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertTrue(response.statusCode() >= 400, path + ": " + response.statusCode());
      assertTrue(!response.body().contains("left"), response.body());
    }
  }
}
