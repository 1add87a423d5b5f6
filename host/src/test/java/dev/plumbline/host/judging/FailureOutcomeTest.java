package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.FakeDevice;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gRPC server that answers pictures with a status, and a real client. */
class FailureOutcomeTest {
  private static RuntimeException failure(Status status) throws IOException {
    try (FakeDevice device =
        FakeDevice.start(
            (batch, responses) -> {
              // Without a status it says nothing.
              if (!status.isOk()) {
                responses.onError(status.asRuntimeException());
              }
            })) {
      return device.failure(RuntimeException.class, 1);
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
