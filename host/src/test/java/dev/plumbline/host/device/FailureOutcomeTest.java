package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gRPC server that answers pictures with a status, and a real client. */
class FailureOutcomeTest {
  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f), List.of(1f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  private record Device(Status status) {
    DeviceServiceGrpc.DeviceServiceImplBase service() {
      return new DeviceServiceGrpc.DeviceServiceImplBase() {
        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
          response.onNext(
              DescribeResponse.newBuilder()
                  .setLimits(
                      Limits.newBuilder()
                          .setWindow(2)
                          .setMaxChunkBytes(1024)
                          .setMaxBatch(8)
                          .setMaxBatchBytes(1024))
                  .build());
          response.onCompleted();
        }

        @Override
        public StreamObserver<InferRequest> infer(StreamObserver<InferResponse> responses) {
          return new StreamObserver<>() {
            @Override
            public void onNext(InferRequest request) {
              // Without a status it says nothing.
              if (request.hasBatch() && !status.isOk()) {
                responses.onError(status.asRuntimeException());
              }
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {}
          };
        }
      };
    }
  }

  private static RuntimeException failure(Status status) throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Device(status).service())
            .build()
            .start();
    DeviceAddress address = new DeviceAddress("127.0.0.1", server.getPort());
    try (DeviceClient client =
        new DeviceClient(address, DeviceAccess.inTheClear(), Duration.ofMillis(800))) {
      return assertThrows(
          RuntimeException.class,
          () ->
              client.infer(
                  "a".repeat(64),
                  SHAPE,
                  PLAIN,
                  List.of(new Picture(SHAPE, new byte[SHAPE.bytes()])),
                  1,
                  (done, note) -> {}));
    } finally {
      server.shutdownNow();
    }
  }

  @ParameterizedTest(name = "{0} ({1}) is {2}")
  @CsvSource({
    "INVALID_ARGUMENT, a picture too small, MODEL_REFUSED",
    "NOT_FOUND, no such model, MODEL_REFUSED",
    "INVALID_ARGUMENT, model refused: std::bad_alloc, OUT_OF_MEMORY",
    "RESOURCE_EXHAUSTED, too much, OUT_OF_MEMORY",
    "INTERNAL, the agent failed, CRASHED",
    "INTERNAL, java.lang.OutOfMemoryError: Direct buffer memory, OUT_OF_MEMORY",
    "UNAVAILABLE, network closed, DEVICE_LOST",
    "DEADLINE_EXCEEDED, too late, TIMED_OUT",
    "OK, silence, TIMED_OUT",
  })
  void aStatusOfADeviceThatJudgesIsAnOutcome(Status.Code code, String description, Outcome outcome)
      throws IOException {
    Status status = Status.fromCode(code).withDescription(description);
    assertEquals(outcome, FailureOutcome.whileJudging(failure(status)));
  }

  @Test
  void aModelAboveTheBoundsOfADeviceIsRefused() throws IOException {
    Status status = Status.RESOURCE_EXHAUSTED.withDescription("too big");
    assertEquals(Outcome.MODEL_REFUSED, FailureOutcome.whileOpening(failure(status)));
  }

  @Test
  void aDeviceThatIsNotThereIsLost() {
    try (DeviceClient client = new DeviceClient(new DeviceAddress("127.0.0.1", 1))) {
      RuntimeException e = assertThrows(DeviceUnreachableException.class, client::describe);
      assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileOpening(e));
    }
  }
}
