package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.judging.DeviceUnreachableException;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Collections;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Devices that answer, but not as they should. */
class OddDeviceTest {
  /** Answers with two classes, spoilt by the given function. */
  private static void assertLost(UnaryOperator<InferResponse.Builder> spoil, String message)
      throws IOException {
    assertLost((batch, responses) -> responses.onNext(spoil.apply(right(batch)).build()), message);
  }

  private static InferResponse.Builder right(PictureBatch batch) {
    InferResponse.Builder right =
        InferResponse.newBuilder()
            .setBatchId(batch.getId())
            .setCount(batch.getCount())
            .setClasses(2)
            .addAllLogits(Collections.nCopies(2 * batch.getCount(), 1f));
    right.getFingerprintBuilder().setModelSha256(FakeDevice.SHA256);
    return right;
  }

  private static void assertLost(
      BiConsumer<PictureBatch, StreamObserver<InferResponse>> answer, String message)
      throws IOException {
    try (FakeDevice device = FakeDevice.start(answer)) {
      String said = device.failure(DeviceUnreachableException.class, 5).getMessage();
      assertTrue(said.contains(device.address().toString()), said);
      assertTrue(said.contains(message), said);
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
    assertLost((batch, responses) -> {}, "did not answer in time");
  }

  @Test
  void aDeviceThatEndsTheCallTooSoonIsLost() throws IOException {
    assertLost((batch, responses) -> responses.onCompleted(), "ended the call before its answer");
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
