package dev.plumbline.agent;

import dev.plumbline.device.v1.Limits;
import java.time.Duration;

/**
 * What the agent refuses to go beyond. What is over a bound gets a clear error, and the agent goes
 * on.
 *
 * @param maxModelBytes of one model file
 * @param maxStoreBytes of all model files; the ones unused for longest make room
 * @param maxBatch pictures in one batch
 * @param maxBatchBytes of pixels or tensors in one batch; the input made of pixels takes four times
 *     as much. Outputs have as much, or 48 MiB if that is more
 * @param maxSessions models that ONNX Runtime holds in memory at once
 * @param maxWorkCalls PutModel and Infer calls at once
 * @param silence how long such a call may be open without a message of the host
 */
record Bounds(
    long maxModelBytes,
    long maxStoreBytes,
    int maxBatch,
    int maxBatchBytes,
    int maxSessions,
    int maxWorkCalls,
    Duration silence) {

  static final Bounds DEFAULT =
      new Bounds(512L << 20, 4L << 30, 1024, 16 << 20, 4, 8, Duration.ofMinutes(10));

  private static final int MAX_CHUNK_BYTES = 1 << 20;

  /** Enough for the device never to wait for the wire; more only costs memory. */
  private static final int WINDOW = 4;

  /** One mask of 21 classes at 520 x 520 as float takes 22 MiB; a host takes messages of 64 MiB. */
  private static final long LEAST_OUTPUT_BYTES = 48 << 20;

  /** For the fields around the bytes of a chunk or a batch. */
  private static final int ENVELOPE_BYTES = 64 << 10;

  int maxChunkBytes() {
    return MAX_CHUNK_BYTES;
  }

  /** Of all outputs in the answer to one batch. */
  long maxOutputBytes() {
    return Math.max(maxBatchBytes, LEAST_OUTPUT_BYTES);
  }

  /** What gRPC lets in as one message. */
  int maxMessageBytes() {
    return Math.max(maxBatchBytes, MAX_CHUNK_BYTES) + ENVELOPE_BYTES;
  }

  Limits toLimits() {
    return Limits.newBuilder()
        .setMaxModelBytes(maxModelBytes)
        .setMaxChunkBytes(MAX_CHUNK_BYTES)
        .setMaxBatch(maxBatch)
        .setMaxPictureBytes(maxBatchBytes)
        .setWindow(WINDOW)
        .setMaxBatchBytes(maxBatchBytes)
        .setMaxRuns(maxBatch)
        .setNamesOutputs(true)
        .setVersion(Asked.NAMED_TENSORS)
        .setMaxOutputBytes(maxOutputBytes())
        .build();
  }
}
