package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.host.BadInputException;
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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Devices that answer, but not as they should. */
class OddDeviceTest {
  private static final String SHA256 = "a".repeat(64);
  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f), List.of(1f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  /** Answers every batch with two classes, spoilt by the given function; null says nothing. */
  private static final class Device extends DeviceServiceGrpc.DeviceServiceImplBase {
    private final UnaryOperator<InferResponse.Builder> spoil;

    Device(UnaryOperator<InferResponse.Builder> spoil) {
      this.spoil = spoil;
    }

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
          if (!request.hasBatch()) {
            return;
          }
          int count = request.getBatch().getCount();
          InferResponse.Builder right =
              InferResponse.newBuilder()
                  .setBatchId(request.getBatch().getId())
                  .setCount(count)
                  .setClasses(2)
                  .addAllLogits(Collections.nCopies(2 * count, 1f));
          right.getFingerprintBuilder().setModelSha256(SHA256);
          InferResponse.Builder spoilt = spoil.apply(right);
          if (spoilt == null) {
            responses.onCompleted();
          } else if (spoilt.getClasses() > 0) {
            responses.onNext(spoilt.build());
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

  private static void assertLost(UnaryOperator<InferResponse.Builder> spoil, String message)
      throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Device(spoil))
            .build()
            .start();
    DeviceAddress address = new DeviceAddress("127.0.0.1", server.getPort());
    try (DeviceClient client =
        new DeviceClient(address, DeviceAccess.inTheClear(), Duration.ofMillis(800))) {
      List<Picture> pictures = Collections.nCopies(5, new Picture(SHAPE, new byte[SHAPE.bytes()]));
      DeviceUnreachableException e =
          assertThrows(
              DeviceUnreachableException.class,
              () -> client.infer(SHA256, SHAPE, PLAIN, pictures, 2, (done, note) -> {}));
      assertTrue(e.getMessage().contains(address.toString()), e.getMessage());
      assertTrue(e.getMessage().contains(message), e.getMessage());
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void anAnswerToAnotherBatchIsNotTaken() throws IOException {
    assertLost(r -> r.setBatchId(r.getBatchId() + 1), "where batch 0 of 2 pictures was due");
  }

  @Test
  void anAnswerForFewerPicturesIsNotTaken() throws IOException {
    assertLost(r -> r.setCount(1), "1 pictures, 2 classes");
  }

  @Test
  void anAnswerWithTooFewLogitsIsNotTaken() throws IOException {
    assertLost(r -> r.clearLogits().addLogits(1), "answered with 1 logits");
  }

  @Test
  void anAnswerOfAnotherModelIsNotTaken() throws IOException {
    assertLost(
        r -> {
          r.getFingerprintBuilder().setModelSha256("b".repeat(64));
          return r;
        },
        "was due");
  }

  @Test
  void classesThatChangeOnTheWayAreNotTaken() throws IOException {
    assertLost(
        r ->
            r.getBatchId() == 0
                ? r
                : r.setClasses(1).setCount(2).clearLogits().addLogits(1).addLogits(1),
        "2 pictures, 1 classes");
  }

  @Test
  void aDeviceThatFallsSilentIsGivenUp() throws IOException {
    assertLost(r -> r.setClasses(0), "did not answer in time");
  }

  @Test
  void aDeviceThatEndsTheCallTooSoonIsLost() throws IOException {
    assertLost(r -> null, "ended the call before its answer");
  }

  @Test
  void aServerThatIsNoAgentIsToldFromOne() throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).build().start();
    try (DeviceClient client = new DeviceClient(new DeviceAddress("127.0.0.1", server.getPort()))) {
      BadInputException e = assertThrows(BadInputException.class, client::describe);
      assertTrue(e.getMessage().contains("but not as an agent of Plumbline"), e.getMessage());
    } finally {
      server.shutdownNow();
    }
  }
}
