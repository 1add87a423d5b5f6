package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.Fingerprint;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.PutModelRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host of version 1 has sent, and what an agent of version 1 has answered it. */
class HostOfVersionOneTest {
  private static final Path RECORDED = Path.of("..", "proto", "src", "test", "recorded", "v1");

  /** Other processors add the 60 products of a logit in another order. */
  private static final float TOLERANCE = 1e-4f;

  @TempDir Path folder;

  private static byte[] recorded(String name) throws IOException {
    return Files.readAllBytes(RECORDED.resolve(name + ".bin"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itGetsTheAnswersThatItKnows(boolean apart) throws Exception {
    Optional<Isolation> isolation =
        apart
            ? Optional.of(new Isolation(OptionalLong.empty(), Optional.empty()))
            : Optional.empty();
    try (AgentFixture agent =
        new AgentFixture(
            folder, AgentFixture.BOUNDS, Quotas.DEFAULT, Duration.ofMinutes(1), isolation)) {
      Status stored =
          agent
              .put()
              .send(PutModelRequest.parseFrom(recorded("putmodel-request-1")))
              .send(PutModelRequest.parseFrom(recorded("putmodel-request-2")))
              .endSending()
              .end();
      assertEquals(Status.OK, stored);
      var call = agent.infer();
      for (int message = 1; message <= 4; message++) {
        InferRequest request = InferRequest.parseFrom(recorded("infer-request-" + message));
        // These bytes are all that such a host says: nothing else is read out of them.
        assertArrayEquals(recorded("infer-request-" + message), request.toByteArray());
        call.send(request);
      }
      call.endSending();
      for (int message = 1; message <= 3; message++) {
        assertSame(InferResponse.parseFrom(recorded("infer-response-" + message)), call.answer());
      }
      assertEquals(Status.OK, call.end());
    }
  }

  /** But for what the machine, the version and the clock make of it. */
  private static void assertSame(InferResponse expected, InferResponse found) {
    assertEquals(expected.getLogitsCount(), found.getLogitsCount());
    for (int i = 0; i < expected.getLogitsCount(); i++) {
      assertEquals(expected.getLogits(i), found.getLogits(i), TOLERANCE);
    }
    assertTrue(found.getInferenceNanos() > 0);
    assertEquals(stripped(expected), stripped(found));
    assertArrayEquals(stripped(expected).toByteArray(), stripped(found).toByteArray());
  }

  private static InferResponse stripped(InferResponse response) {
    Fingerprint fingerprint = response.getFingerprint();
    return response.toBuilder()
        .clearLogits()
        .clearInferenceNanos()
        .setFingerprint(
            Fingerprint.newBuilder()
                .setModelSha256(fingerprint.getModelSha256())
                .setBatch(fingerprint.getBatch())
                .setThreads(fingerprint.getThreads())
                .setProvider(fingerprint.getProvider())
                .addAllRan(fingerprint.getRanList()))
        .build();
  }
}
