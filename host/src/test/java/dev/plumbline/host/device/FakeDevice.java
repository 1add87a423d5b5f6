package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/** A gRPC server that says of itself what an agent says, and of pictures what a test wants. */
public final class FakeDevice implements AutoCloseable {
  /** The model that it is asked about. */
  static final String SHA256 = "a".repeat(64);

  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f), List.of(1f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  private final Server server;

  private FakeDevice(Server server) {
    this.server = server;
  }

  /**
   * Starts one of version 1 on a free port.
   *
   * @param answer is told each batch, and may answer it, end the call, or say nothing
   */
  public static FakeDevice start(BiConsumer<PictureBatch, StreamObserver<InferResponse>> answer)
      throws IOException {
    return start(1, answer);
  }

  /** As {@link #start(BiConsumer)}, of a version of the protocol. */
  static FakeDevice start(
      int version, BiConsumer<PictureBatch, StreamObserver<InferResponse>> answer)
      throws IOException {
    return new FakeDevice(
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Service(version, answer))
            .build()
            .start());
  }

  private static final class Service extends DeviceServiceGrpc.DeviceServiceImplBase {
    private final int version;
    private final BiConsumer<PictureBatch, StreamObserver<InferResponse>> answer;

    Service(int version, BiConsumer<PictureBatch, StreamObserver<InferResponse>> answer) {
      this.version = version;
      this.answer = answer;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
      response.onNext(
          DescribeResponse.newBuilder()
              .setLimits(
                  Limits.newBuilder()
                      .setVersion(version)
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
          if (request.hasBatch()) {
            answer.accept(request.getBatch(), responses);
          }
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  DeviceAddress address() {
    return new DeviceAddress("127.0.0.1", server.getPort());
  }

  /** How a real client fails that has it judge pictures, two in a batch. */
  public <E extends RuntimeException> E failure(Class<E> expected, int pictures) {
    Picture dark = new Picture(SHAPE, new byte[SHAPE.bytes()]);
    try (DeviceClient client =
        new DeviceClient(address(), DeviceAccess.inTheClear(), Duration.ofMillis(800))) {
      return assertThrows(
          expected,
          () ->
              client.infer(
                  SHA256,
                  SHAPE,
                  PLAIN,
                  Collections.nCopies(pictures, dark),
                  2,
                  (done, note) -> {}));
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
