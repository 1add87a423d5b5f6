package dev.plumbline.agent;

import dev.plumbline.device.v1.Fingerprint;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.ProviderRun;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.List;

/** Runs one model on batch after batch. */
final class InferCall extends WorkStream<InferRequest> {
  private final Inference inference;
  private final DeviceFingerprint fingerprint;
  private final Bounds bounds;
  private final ServerCallStreamObserver<InferResponse> responses;
  private String sha256;
  private Asked asked;

  /** What runs the model where the host asks for a number of threads; null else. */
  private AsideModel aside;

  /**
   * That of the last batch, null before the first: the next one's is the same as a rule, and big
   * beside its outputs.
   */
  private Produced produced;

  private record Produced(int batch, List<ProviderRun> ran, Fingerprint by) {}

  InferCall(
      Inference inference,
      DeviceFingerprint fingerprint,
      Bounds bounds,
      WorkCalls.WorkCall call,
      ServerCallStreamObserver<InferResponse> responses) {
    super(call, responses);
    this.inference = inference;
    this.fingerprint = fingerprint;
    this.bounds = bounds;
    this.responses = responses;
  }

  @Override
  void take(InferRequest request) throws IOException {
    switch (request.getPartCase()) {
      case HEADER -> begin(request.getHeader());
      case BATCH, TENSORS -> run(request);
      case PART_NOT_SET ->
          throw RefusedException.invalid("an empty message; expected a header or a batch");
    }
  }

  private void begin(InferHeader header) throws IOException {
    if (asked != null) {
      throw RefusedException.invalid("a second header; expected one model in one call");
    }
    Asked described = new Asked(header, bounds);
    inference.check(header.getModelSha256(), described);
    sha256 = header.getModelSha256();
    if (header.getThreads() != 0) {
      aside = inference.aside(sha256, header.getThreads());
    }
    asked = described;
  }

  private void run(InferRequest batch) throws IOException {
    if (asked == null) {
      throw RefusedException.invalid("a batch before the header; expected the header first");
    }
    asked.check(batch);
    if (responses.isCancelled()) {
      // Nobody waits for what is left in the window.
      return;
    }
    Inference.Outcome outcome =
        aside == null ? inference.run(sha256, asked, batch) : inference.run(aside, asked, batch);
    LoadedModel.Answer answer = outcome.answer();
    InferResponse.Builder response =
        InferResponse.newBuilder()
            .setBatchId(Asked.id(batch))
            .setFingerprint(fingerprint(answer.batch(), outcome.ran()))
            .setInferenceNanos(outcome.nanos());
    int count = batch.getBatch().getCount();
    if (asked.isNamed()) {
      response.setCount(count).addAllOutputs(answer.outputs());
    } else {
      LogitsAnswer.write(answer.outputs(), count, response);
    }
    responses.onNext(response.build());
  }

  private Fingerprint fingerprint(int batch, List<ProviderRun> ran) {
    if (produced == null || produced.batch() != batch || produced.ran() != ran) {
      Fingerprint usual = fingerprint.of(sha256, batch, ran);
      Fingerprint by =
          aside == null ? usual : usual.toBuilder().setThreads(aside.threads()).build();
      produced = new Produced(batch, ran, by);
    }
    return produced.by();
  }

  @Override
  void finish() {
    responses.onCompleted();
  }

  @Override
  void end() {
    if (aside != null) {
      inference.end(aside);
    }
  }
}
