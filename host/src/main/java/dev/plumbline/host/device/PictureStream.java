package dev.plumbline.host.device;

import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Pictures to a device and what its model makes of them back, in one call. */
final class PictureStream {
  /** The version of the protocol whose answers have named tensors. */
  static final int NAMED_TENSORS = 2;

  private final DeviceAddress address;
  private final ManagedChannel channel;
  private final Duration patience;
  private final Limits limits;
  private final int threads;
  private final List<String> outputs;
  private final ModelInputs inputs;

  /**
   * @param patience how long the device may be silent while an answer is due
   * @param limits of the device
   * @param threads that the call asks for; 0 for the agent's own
   * @param outputs of the model; empty for the first
   * @param inputs of the model
   */
  PictureStream(
      DeviceAddress address,
      ManagedChannel channel,
      Duration patience,
      Limits limits,
      int threads,
      List<String> outputs,
      ModelInputs inputs) {
    this.address = address;
    this.channel = channel;
    this.patience = patience;
    this.limits = limits;
    this.threads = threads;
    this.outputs = outputs;
    this.inputs = inputs;
  }

  /** Whether a device's answers can have named tensors, or else logits. */
  static boolean speaksNamedTensors(Limits limits) {
    return limits.getVersion() >= NAMED_TENSORS;
  }

  /**
   * Runs a model on pictures.
   *
   * @param batch pictures that the device runs at once, at least 1
   */
  void run(
      String modelSha256,
      PictureShape shape,
      Preprocessing preprocessing,
      List<Picture> pictures,
      int batch,
      OutputSink sink) {
    check(shape, preprocessing, pictures, batch);
    if (pictures.isEmpty()) {
      return;
    }
    int window = limits.getWindow();
    InferAnswers answers =
        new InferAnswers(address, modelSha256, speaksNamedTensors(limits), outputs);
    try (Exchange<InferRequest, InferResponse> call =
        new Exchange<>(
            address,
            "judging on",
            patience,
            observer -> DeviceServiceGrpc.newStub(channel).infer(observer))) {
      call.send(
          InferRequest.newBuilder()
              .setHeader(
                  asking(InferMessages.header(modelSha256, shape, preprocessing).toBuilder())
                      .setRunBatch(limits.getMaxRuns() > 0 ? Math.min(batch, pictures.size()) : 0))
              .build());
      BatchSize size = new BatchSize(batch, mostPictures(shape), shape.bytes());
      Deque<Integer> unanswered = new ArrayDeque<>();
      int sent = 0;
      for (int received = 0; received < pictures.size(); ) {
        while (sent < pictures.size() && unanswered.size() < window) {
          int end = Math.min(pictures.size(), sent + size.pictures());
          unanswered.add(end - sent);
          call.send(
              InferRequest.newBuilder()
                  .setBatch(
                      InferMessages.batch(sent, pictures.subList(sent, end), shape).toBuilder()
                          .addAllInputs(inputs.fixed()))
                  .build());
          sent = end;
        }
        InferResponse response = call.receive();
        int count = unanswered.remove();
        List<DeviceOutput> parts = answers.read(response, received, count);
        size.answered(count, parts.get(0).width(), response.getInferenceNanos());
        parts.forEach(sink::accept);
        received += count;
      }
      call.endSending();
      call.receiveEnd();
    }
  }

  private InferHeader.Builder asking(InferHeader.Builder header) {
    header.setThreads(threads);
    if (!speaksNamedTensors(limits)) {
      return header.setOutput(outputs.isEmpty() ? "" : outputs.get(0));
    }
    header.setVersion(NAMED_TENSORS);
    if (!inputs.fixed().isEmpty()) {
      header.setPictureInput(inputs.free());
    }
    return header.addAllOutputs(outputs);
  }

  /** In a batch that the device runs in several runs; 0 if it runs all of one at once. */
  private int mostPictures(PictureShape shape) {
    return (int)
        Math.min(
            Math.min(limits.getMaxRuns(), limits.getMaxBatch()),
            limits.getMaxBatchBytes() / shape.bytes());
  }

  private void check(
      PictureShape shape, Preprocessing preprocessing, List<Picture> pictures, int batch) {
    if (batch < 1) {
      throw new BadInputException("batch of " + batch + " pictures; expected at least 1");
    }
    if (preprocessing.channels() != shape.channels()) {
      throw new BadInputException(
          "preprocessing for "
              + preprocessing.channels()
              + " channels does not fit pictures of "
              + shape);
    }
    for (Picture picture : pictures) {
      if (!picture.shape().equals(shape)) {
        throw new IllegalArgumentException(picture + " among pictures of " + shape);
      }
    }
    int largest = Math.min(batch, pictures.size());
    long bytes = (long) largest * shape.bytes();
    if (largest > limits.getMaxBatch() || bytes > limits.getMaxBatchBytes()) {
      throw new BadInputException(
          "a batch of "
              + largest
              + " pictures ("
              + bytes
              + " bytes) is too big for device "
              + address
              + "; expected at most "
              + Math.min(limits.getMaxBatch(), limits.getMaxBatchBytes() / shape.bytes())
              + " pictures of "
              + shape);
    }
  }
}
