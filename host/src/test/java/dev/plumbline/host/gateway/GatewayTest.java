package dev.plumbline.host.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.DeviceUnreachableException;
import dev.plumbline.host.device.JoinedDevices;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.web.Dashboard;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls through a host to real agents that have joined it, with real clients of gRPC. */
class GatewayTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0.1f, 0.2f, 0.3f),
          List.of(1f, 2f, 3f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);

  @TempDir static Path folder;
  private static Dashboard host;
  private static JoiningAgent left;
  private static JoiningAgent right;
  private static AgentProcess listening;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws Exception {
    host = Dashboard.onLoopback(folder, 0);
    host.start();
    left = JoiningAgent.start(folder, "127.0.0.1:" + host.port(), "left");
    right = JoiningAgent.start(folder, "127.0.0.1:" + host.port(), "right");
    listening = TestAgent.start(folder.resolve("listening"));
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", host.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    Waiting.until("two agents", () -> joined().size() == 2);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    left.close();
    right.close();
    listening.close();
    host.close();
  }

  private static List<JoinedDevices.Joined> joined() {
    return JoinedDevices.of(new DeviceAddress("127.0.0.1", host.port()), DeviceAccess.inTheClear());
  }

  private static DeviceAddress address(String name) {
    return DeviceAddress.parse("127.0.0.1:" + host.port() + "/" + name);
  }

  private static Channel to(String name) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("plumbline-device", Metadata.ASCII_STRING_MARSHALLER), name);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Status ask(Channel to) {
    try {
      DeviceServiceGrpc.newBlockingStub(to)
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private static List<Picture> pictures(int count, long randomSeed) {
    Random random = new Random(randomSeed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  private static float[][] logits(DeviceAddress device, Path model, List<Picture> pictures) {
    try (DeviceClient client = new DeviceClient(device)) {
      String sha256 = client.putModel(model);
      return client.infer(sha256, SHAPE, PLAIN, pictures, 8, (done, note) -> {});
    }
  }

  @Test
  void anAgentThatHasJoinedAnswersLikeOneThatListens() throws Exception {
    Path model = LinearModel.write(folder, 1);
    List<Picture> pictures = pictures(100, 1);
    float[][] expected = logits(listening.address(), model, pictures);
    float[][] found = logits(address("left"), model, pictures);
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
    float[][] ofOne = logits(listening.address(), one, pictures);
    float[][] ofTwo = logits(listening.address(), two, pictures);
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 36; i++) {
        boolean first = i % 2 == 0;
        calls.add(
            callers.submit(
                () -> {
                  float[][] found =
                      logits(address(first ? "left" : "right"), first ? one : two, pictures);
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
    try (DeviceClient client = new DeviceClient(address("right"))) {
      String sha256 = sha256(Files.readAllBytes(one));
      BadInputException e =
          assertThrows(
              BadInputException.class,
              () -> client.infer(sha256, SHAPE, PLAIN, pictures, 8, (done, note) -> {}));
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
    URI uri = URI.create("http://127.0.0.1:" + host.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void anAgentThatHasNotJoinedIsNotReached() {
    Status status = ask(to("nobody"));
    assertEquals(Status.Code.NOT_FOUND, status.getCode());
    assertEquals("no agent of the name 'nobody' is joined", status.getDescription());
    try (DeviceClient client = new DeviceClient(address("nobody"))) {
      DeviceUnreachableException e =
          assertThrows(DeviceUnreachableException.class, client::describe);
      assertEquals(
          "device "
              + address("nobody")
              + " could not be reached: no agent of the name 'nobody' is joined",
          e.getMessage());
    }
  }

  @Test
  void aCallThatNamesNoAgentIsTold() {
    Status status = ask(channel);
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertTrue(status.getDescription().contains("expected the metadata plumbline-device"));
  }

  @Test
  void aStatusOfTheAgentComesThroughUnchanged() {
    for (String sha256 : List.of("../../etc/passwd", "%2e 100 % \u00fc", "a".repeat(64))) {
      PutModelRequest request =
          PutModelRequest.newBuilder()
              .setHeader(ModelHeader.newBuilder().setSha256(sha256).setSizeBytes(-1))
              .build();
      Status direct =
          put(
              ManagedChannelBuilder.forAddress("127.0.0.1", listening.address().port())
                  .usePlaintext()
                  .build(),
              request);
      Status through = put(to("left"), request);
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

  @Test
  void callsThatAreCancelledLeaveNothingInFlight() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 10; round++) {
      List<ClientCallStreamObserver<PutModelRequest>> calls = new ArrayList<>();
      // No more than an agent lets work at once.
      for (int i = 0; i < 8; i++) {
        var sending =
            (ClientCallStreamObserver<PutModelRequest>)
                DeviceServiceGrpc.newStub(to("left"))
                    .putModel(new Ending<>(new CompletableFuture<>()));
        if (random.nextBoolean()) {
          sending.onNext(header("b".repeat(64), 1 << 20));
        }
        calls.add(sending);
      }
      if (random.nextBoolean()) {
        Thread.sleep(random.nextInt(20));
      }
      calls.forEach(call -> call.cancel("given up", null));
      assertEquals(Status.Code.OK, ask(to("left")).getCode());
    }
    Waiting.until(
        "no open call at the gateway",
        () -> joined().stream().allMatch(agent -> agent.openCalls() == 0));
    // The agent would refuse a ninth call that works, had it not ended the cancelled ones.
    Path model = LinearModel.write(folder, 21);
    assertEquals(3, logits(address("left"), model, pictures(3, 3)).length);
  }

  /** A call that never cancels keeps its own answers while many others are cancelled. */
  @Test
  void callsThatAreCancelledHarmNoOthers() throws Exception {
    Path model = LinearModel.write(folder, 31);
    List<Picture> pictures = pictures(16, 7);
    float[][] expected = logits(listening.address(), model, pictures);
    logits(address("right"), model, pictures);
    AtomicInteger cancelled = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    Thread storm =
        new Thread(
            () -> {
              Random random = new Random(8);
              while (!done.get()) {
                var call =
                    (ClientCallStreamObserver<PutModelRequest>)
                        DeviceServiceGrpc.newStub(to("right"))
                            .putModel(new Ending<>(new CompletableFuture<>()));
                if (random.nextBoolean()) {
                  call.onNext(header("c".repeat(64), 1 << 20));
                }
                call.cancel("given up", null);
                cancelled.incrementAndGet();
                // Faster than anybody works it off, calls would only queue.
                LockSupport.parkNanos(1_000_000);
              }
            });
    storm.start();
    int answered = 0;
    try {
      while (cancelled.get() < 1_000 || answered < 100) {
        Status status = ask(to("right"));
        // The storm may fill the places that an agent has for calls.
        if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED) {
          assertEquals(Status.Code.OK, status.getCode(), status.toString());
          answered++;
          if (answered % 20 == 0) {
            float[][] found = inferred(model, pictures);
            for (int p = 0; p < found.length; p++) {
              assertArrayEquals(expected[p], found[p]);
            }
          }
        }
      }
    } finally {
      done.set(true);
      storm.join();
    }
    Waiting.until(
        "no open call at the gateway",
        () -> joined().stream().allMatch(agent -> agent.openCalls() == 0));
  }

  private static float[][] inferred(Path model, List<Picture> pictures) throws Exception {
    String sha256 = sha256(Files.readAllBytes(model));
    while (true) {
      try (DeviceClient client = new DeviceClient(address("right"))) {
        return client.infer(sha256, SHAPE, PLAIN, pictures, 8, (done, note) -> {});
      } catch (BadInputException e) {
        // For the same reason.
        assertTrue(e.getMessage().contains("expected"), e.getMessage());
      }
    }
  }

  private static PutModelRequest header(String sha256, long size) {
    return PutModelRequest.newBuilder()
        .setHeader(ModelHeader.newBuilder().setSha256(sha256).setSizeBytes(size))
        .build();
  }

  @Test
  void aDeadlineEndsACallOfAnAgentThatDoesNotAnswer() throws Exception {
    right.signal("STOP");
    try {
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  DeviceServiceGrpc.newBlockingStub(to("right"))
                      .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                      .health(HealthRequest.getDefaultInstance()));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, e.getStatus().getCode());
      assertEquals(Status.Code.OK, ask(to("left")).getCode(), "the other agent goes on");
    } finally {
      right.signal("CONT");
    }
    assertEquals(Status.Code.OK, ask(to("right")).getCode());
  }

  /**
   * A sender that minds gRPC's readiness alone, while the agent does not read: what it gets rid of
   * lies in buffers on the way, which HTTP/2's windows and the system's sockets bound.
   */
  @Test
  void aBigUploadDoesNotRunAheadOfAnAgentThatDoesNotRead() throws Exception {
    byte[] chunk = new byte[256 << 10];
    new Random(4).nextBytes(chunk);
    int chunks = 200;
    byte[] whole = new byte[chunks * chunk.length];
    for (int i = 0; i < chunks; i++) {
      System.arraycopy(chunk, 0, whole, i * chunk.length, chunk.length);
    }
    String sha256 = sha256(whole);
    CompletableFuture<Status> end = new CompletableFuture<>();
    AtomicInteger sent = new AtomicInteger();
    PutModelRequest message =
        PutModelRequest.newBuilder().setChunk(ByteString.copyFrom(chunk)).build();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    DeviceServiceGrpc.newStub(to("right"))
        .putModel(
            new ClientResponseObserver<PutModelRequest, PutModelResponse>() {
              private ClientCallStreamObserver<PutModelRequest> call;
              private boolean answered;

              @Override
              public void beforeStart(ClientCallStreamObserver<PutModelRequest> stream) {
                call = stream;
                stream.setOnReadyHandler(this::send);
              }

              private void send() {
                if (sent.get() == 0) {
                  sent.incrementAndGet();
                  call.onNext(header(sha256, whole.length));
                }
                while (answered && sent.get() <= chunks && call.isReady()) {
                  call.onNext(message);
                  if (sent.incrementAndGet() > chunks) {
                    call.onCompleted();
                  }
                }
              }

              @Override
              public void onNext(PutModelResponse answer) {
                if (!answered) {
                  try {
                    right.signal("STOP");
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                  answered = true;
                  begun.complete(null);
                  send();
                }
              }

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    try {
      begun.get(30, TimeUnit.SECONDS);
      int before = -1;
      while (sent.get() != before) {
        before = sent.get();
        Thread.sleep(1_000);
      }
      long bytes = (long) sent.get() * chunk.length;
      // A window of half a MiB at each of two hops, and the buffers of three sockets.
      assertTrue(bytes < 20L << 20, "sent " + bytes + " of " + whole.length);
    } finally {
      right.signal("CONT");
    }
    // It is no model, which the agent says when all of it has come.
    Status status = end.get(60, TimeUnit.SECONDS);
    assertEquals(chunks + 1, sent.get());
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status.toString());
  }
}
