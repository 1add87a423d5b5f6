package dev.plumbline.host.gateway;

import static dev.plumbline.host.gateway.TwoJoinedAgents.ask;
import static dev.plumbline.host.gateway.TwoJoinedAgents.header;
import static dev.plumbline.host.gateway.TwoJoinedAgents.logits;
import static dev.plumbline.host.gateway.TwoJoinedAgents.pictures;
import static dev.plumbline.host.gateway.TwoJoinedAgents.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.judging.DeviceUnreachableException;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls through a host to real agents that have joined it, with real clients of gRPC. */
class GatewayTest {
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

  @Test
  void anAgentThatHasJoinedAnswersLikeOneThatListens() throws Exception {
    Path model = LinearModel.write(folder, 1);
    List<Picture> pictures = pictures(100, 1);
    float[][] expected = logits(agents.listening.address(), model, pictures);
    float[][] found = logits(agents.address("left"), model, pictures);
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      // Bit for bit: both are the same program on the same machine.
      assertArrayEquals(expected[i], found[i], "picture " + i);
    }
  }

  @Test
  void manyCallsToTwoAgentsAtOnceDoNotCross() throws Exception {
    Path one = LinearModel.write(folder, 11);
    Path two = LinearModel.write(folder, 12);
    List<Picture> pictures = pictures(64, 2);
    float[][] ofOne = logits(agents.listening.address(), one, pictures);
    float[][] ofTwo = logits(agents.listening.address(), two, pictures);
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 36; i++) {
        boolean first = i % 2 == 0;
        calls.add(
            callers.submit(
                () -> {
                  float[][] found =
                      logits(agents.address(first ? "left" : "right"), first ? one : two, pictures);
                  for (int p = 0; p < found.length; p++) {
                    assertArrayEquals((first ? ofOne : ofTwo)[p], found[p]);
                  }
                }));
      }
      for (Future<?> call : calls) {
        call.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    try (DeviceClient client = new DeviceClient(agents.address("right"))) {
      String sha256 = sha256(Files.readAllBytes(one));
      BadInputException e =
          assertThrows(BadInputException.class, () -> logits(client, sha256, pictures));
      assertTrue(e.getMessage().contains(sha256), "what went to one agent is on the other: " + e);
    }
  }

  @Test
  void thePageAndItsJsonListTheAgents() throws Exception {
    String page = get("/");
    for (String name : List.of("left", "right")) {
      assertTrue(Jsoup.parse(page).select("table tr > *:first-child").eachText().contains(name));
    }
    JsonNode listed = new ObjectMapper().readTree(get("/api/agents")).get("agents");
    assertEquals("left", listed.get(0).get("name").textValue());
    assertEquals("right", listed.get(1).get("name").textValue());
    assertEquals(System.getProperty("os.arch"), listed.get(0).get("arch").textValue());
  }

  private static String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agents.host.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void anAgentThatHasNotJoinedIsNotReached() {
    Status status = ask(agents.to("nobody"));
    assertEquals(Status.Code.NOT_FOUND, status.getCode());
    assertEquals("no agent of the name 'nobody' is joined", status.getDescription());
    try (DeviceClient client = new DeviceClient(agents.address("nobody"))) {
      DeviceUnreachableException e =
          assertThrows(DeviceUnreachableException.class, client::describe);
      assertEquals(
          "device "
              + agents.address("nobody")
              + " could not be reached: no agent of the name 'nobody' is joined",
          e.getMessage());
    }
  }

  @Test
  void aCallThatNamesNoAgentIsTold() {
    Status status = ask(agents.channel);
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertTrue(status.getDescription().contains("expected the metadata plumbline-device"));
  }

  @Test
  void aStatusOfTheAgentComesThroughUnchanged() {
    for (String sha256 : List.of("../../etc/passwd", "%2e 100 % \u00fc", "a".repeat(64))) {
      PutModelRequest request = header(sha256, -1);
      Status direct =
          put(
              ManagedChannelBuilder.forAddress("127.0.0.1", agents.listening.address().port())
                  .usePlaintext()
                  .build(),
              request);
      Status through = put(agents.to("left"), request);
      assertEquals(direct.getCode(), through.getCode());
      assertEquals(direct.getDescription(), through.getDescription());
      assertEquals(Status.Code.INVALID_ARGUMENT, through.getCode());
    }
  }

  private static Status put(Channel to, PutModelRequest request) {
    CompletableFuture<Status> end = new CompletableFuture<>();
    var sending = DeviceServiceGrpc.newStub(to).putModel(new Ending<>(end));
    sending.onNext(request);
    try {
      return end.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the call did not end", e);
    } finally {
      if (to instanceof ManagedChannel own) {
        own.shutdownNow();
      }
    }
  }
}
