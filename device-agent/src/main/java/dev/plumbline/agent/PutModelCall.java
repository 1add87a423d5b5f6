package dev.plumbline.agent;

import dev.plumbline.agent.security.AuditLog;
import dev.plumbline.agent.security.Caller;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.file.Path;

/** Receives one model, answering every chunk. */
final class PutModelCall extends WorkStream<PutModelRequest> {
  private final ModelStore store;
  private final Inference inference;
  private final Caller caller;
  private final ModelRecord record;
  private final ServerCallStreamObserver<PutModelResponse> responses;
  private ModelStore.Incoming incoming;
  private boolean stored;

  PutModelCall(
      ModelStore store,
      Inference inference,
      Caller caller,
      ModelRecord record,
      WorkCalls.WorkCall call,
      ServerCallStreamObserver<PutModelResponse> responses) {
    super(call, responses);
    this.store = store;
    this.inference = inference;
    this.caller = caller;
    this.record = record;
    this.responses = responses;
  }

  @Override
  void take(PutModelRequest request) throws IOException {
    recorded(() -> takePart(request));
  }

  @Override
  void finish() throws IOException {
    recorded(this::store);
    responses.onCompleted();
  }

  private void recorded(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      record.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void takePart(PutModelRequest request) throws IOException {
    switch (request.getPartCase()) {
      case HEADER -> begin(request.getHeader());
      case CHUNK -> {
        if (stored) {
          // A sender that did not wait for the answer to its header.
          return;
        }
        if (incoming == null) {
          throw RefusedException.invalid("a chunk before the header; expected the header first");
        }
        onDisk(incoming.sha256(), () -> incoming.write(request.getChunk()));
        answer(incoming.received(), false);
      }
      case PART_NOT_SET ->
          throw RefusedException.invalid("an empty message; expected a header or a chunk");
    }
  }

  private void begin(ModelHeader header) throws IOException {
    if (incoming != null || stored) {
      throw RefusedException.invalid("a second header; expected one model in one call");
    }
    record.begin(header);
    String sha256 = ModelStore.checked(header.getSha256());
    if (store.has(sha256) && loads(sha256)) {
      record.done(AuditLog.Outcome.KNOWN);
      stored = true;
      answer(header.getSizeBytes(), true);
      return;
    }
    onDisk(sha256, () -> incoming = store.receive(sha256, header.getSizeBytes(), caller));
    answer(0, false);
  }

  /** False where the file that was there is spoilt, so that it has to come again. */
  private boolean loads(String sha256) throws IOException {
    try {
      inference.load(sha256);
      return true;
    } catch (RefusedException e) {
      if (e.status().getCode() == Status.Code.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private void store() throws IOException {
    if (!stored) {
      if (incoming == null) {
        throw RefusedException.invalid("a call without a header; expected the header first");
      }
      Path[] whole = new Path[1];
      onDisk(incoming.sha256(), () -> whole[0] = incoming.whole());
      Path file = whole[0];
      ModelScreen.check(file);
      inference.load(incoming.sha256(), file);
      keep();
      answer(incoming.received(), true);
    }
  }

  /** A disk that is full, or worn out, is the device's own reason to refuse a model. */
  private static void onDisk(String sha256, Step step) throws IOException {
    try {
      step.run();
    } catch (IOException e) {
      throw new RefusedException(
          Status.Code.RESOURCE_EXHAUSTED,
          "model " + sha256 + " cannot be stored: " + e.getMessage(),
          e);
    }
  }

  /** What cannot be put on record is not kept. */
  private void keep() throws IOException {
    try {
      record.done(AuditLog.Outcome.STORED);
      onDisk(incoming.sha256(), incoming::keep);
    } catch (IOException | RuntimeException e) {
      inference.forget(incoming.sha256());
      throw e;
    }
  }

  private void answer(long received, boolean done) {
    responses.onNext(
        PutModelResponse.newBuilder().setReceivedBytes(received).setStored(done).build());
  }

  @Override
  void end() throws IOException {
    try {
      record.end();
    } finally {
      if (incoming != null) {
        incoming.close();
      }
    }
  }
}
