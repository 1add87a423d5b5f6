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

import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.LinearModel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls through a host that are cancelled, that come too late or that are too fast for the agent,
 * with real agents and real clients of gRPC.
 */
class GatewayFlowTest {
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
  void callsThatAreCancelledLeaveNothingInFlight() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 10; round++) {
      List<ClientCallStreamObserver<PutModelRequest>> calls = new ArrayList<>();
      // No more than an agent lets work at once.
      for (int i = 0; i < 8; i++) {
        var sending =
            (ClientCallStreamObserver<PutModelRequest>)
                DeviceServiceGrpc.newStub(agents.to("left"))
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
      assertEquals(Status.Code.OK, ask(agents.to("left")).getCode());
    }
    agents.awaitNoOpenCall();
    // The agent would refuse a ninth call that works, had it not ended the cancelled ones.
    Path model = LinearModel.write(folder, 21);
    assertEquals(3, logits(agents.address("left"), model, pictures(3, 3)).length);
  }

  /** A call that never cancels keeps its own answers while many others are cancelled. */
  @Test
  void callsThatAreCancelledHarmNoOthers() throws Exception {
    Path model = LinearModel.write(folder, 31);
    List<Picture> pictures = pictures(16, 7);
    float[][] expected = logits(agents.listening.address(), model, pictures);
    logits(agents.address("right"), model, pictures);
    AtomicInteger cancelled = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    Thread storm =
        new Thread(
            () -> {
              Random random = new Random(8);
              while (!done.get()) {
                var call =
                    (ClientCallStreamObserver<PutModelRequest>)
                        DeviceServiceGrpc.newStub(agents.to("right"))
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
        Status status = ask(agents.to("right"));
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
    agents.awaitNoOpenCall();
  }

  private static float[][] inferred(Path model, List<Picture> pictures) throws Exception {
    String sha256 = sha256(Files.readAllBytes(model));
    while (true) {
      try (DeviceClient client = new DeviceClient(agents.address("right"))) {
        return logits(client, sha256, pictures);
      } catch (BadInputException e) {
        // For the same reason.
        assertTrue(e.getMessage().contains("expected"), e.getMessage());
      }
    }
  }

  @Test
  void aDeadlineEndsACallOfAnAgentThatDoesNotAnswer() throws Exception {
    agents.right.signal("STOP");
    try {
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  DeviceServiceGrpc.newBlockingStub(agents.to("right"))
                      .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                      .health(HealthRequest.getDefaultInstance()));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, e.getStatus().getCode());
      assertEquals(Status.Code.OK, ask(agents.to("left")).getCode(), "the other agent goes on");
    } finally {
      agents.right.signal("CONT");
    }
    assertEquals(Status.Code.OK, ask(agents.to("right")).getCode());
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
    DeviceServiceGrpc.newStub(agents.to("right"))
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
                    agents.right.signal("STOP");
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
      agents.right.signal("CONT");
    }
    // It is no model, which the agent says when all of it has come.
    Status status = end.get(60, TimeUnit.SECONDS);
    assertEquals(chunks + 1, sent.get());
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status.toString());
  }
}
