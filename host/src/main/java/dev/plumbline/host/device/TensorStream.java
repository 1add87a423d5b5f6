package dev.plumbline.host.device;

import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.device.v1.TensorBatch;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.TensorInput;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Tensors to a device and what its model makes of them back, in one call: a message for each run.
 */
final class TensorStream {
  private final DeviceAddress address;
  private final ManagedChannel channel;
  private final Duration patience;
  private final Limits limits;
  private final int threads;
  private final List<String> outputs;

  /**
   * @param patience how long the device may be silent while an answer is due
   * @param limits of the device
   * @param threads that the call asks for; 0 for the agent's own
   * @param outputs of the model; empty for the first
   */
  TensorStream(
      DeviceAddress address,
      ManagedChannel channel,
      Duration patience,
      Limits limits,
      int threads,
      List<String> outputs) {
    this.address = address;
    this.channel = channel;
    this.patience = patience;
    this.limits = limits;
    this.threads = threads;
    this.outputs = outputs;
  }

  /**
   * Runs a model on tensors.
   *
   * @param tensors of one shape
   * @param batch tensors that the device runs at once, at least 1
   * @throws BadInputException if the agent knows no tensors
   */
  void run(
      String modelSha256,
      ModelInputs inputs,
      List<TensorInput> tensors,
      int batch,
      OutputSink sink) {
    if (!PictureStream.speaksNamedTensors(limits)) {
      throw new BadInputException(
          "the agent of device "
              + address
              + " takes pictures only, expected one that takes tensors: update the agent");
    }
    if (tensors.isEmpty()) {
      return;
    }
    InferAnswers answers = new InferAnswers(address, modelSha256, true, outputs);
    try (Exchange<InferRequest, InferResponse> call =
        new Exchange<>(
            address,
            "judging on",
            patience,
            observer -> DeviceServiceGrpc.newStub(channel).infer(observer))) {
      call.send(InferRequest.newBuilder().setHeader(header(modelSha256)).build());
      Deque<Integer> unanswered = new ArrayDeque<>();
      int sent = 0;
      for (int received = 0; received < tensors.size(); ) {
        while (sent < tensors.size() && unanswered.size() < limits.getWindow()) {
          int end = Math.min(tensors.size(), sent + batch);
          unanswered.add(end - sent);
          call.send(
              InferRequest.newBuilder()
                  .setTensors(
                      TensorBatch.newBuilder()
                          .setId(sent)
                          .addAllInputs(inputs.run(tensors.subList(sent, end))))
                  .build());
          sent = end;
        }
        InferResponse response = call.receive();
        int count = unanswered.remove();
        answers.read(ofOneRun(response, count), received, count).forEach(sink::accept);
        received += count;
      }
      call.endSending();
      call.receiveEnd();
    }
  }

  private InferHeader header(String modelSha256) {
    return InferHeader.newBuilder()
        .setModelSha256(modelSha256)
        .setThreads(threads)
        .setVersion(PictureStream.NAMED_TENSORS)
        .addAllOutputs(outputs)
        .build();
  }

  /** The answer to tensors does not say how many they were; it is all that one run put out. */
  private static InferResponse ofOneRun(InferResponse response, int count) {
    InferResponse.Builder said = response.toBuilder().setCount(count);
    said.getOutputsBuilderList().forEach(part -> part.setCount(count).setRun(count));
    return said.build();
  }
}
