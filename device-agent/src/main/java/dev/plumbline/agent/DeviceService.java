package dev.plumbline.agent;

import dev.plumbline.agent.security.AuditLog;
import dev.plumbline.agent.security.CallTicket;
import dev.plumbline.agent.security.Caller;
import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.HealthResponse;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** The agent's service. What it throws, {@link CallGuard} turns into the status of the call. */
final class DeviceService extends DeviceServiceGrpc.DeviceServiceImplBase {
  private final ModelStore store;
  private final Inference inference;
  private final DeviceFingerprint fingerprint;
  private final WorkCalls calls;
  private final Bounds bounds;
  private final AuditLog audit;
  private final long started = System.nanoTime();

  DeviceService(
      ModelStore store,
      Inference inference,
      DeviceFingerprint fingerprint,
      WorkCalls calls,
      Bounds bounds,
      AuditLog audit) {
    this.store = store;
    this.inference = inference;
    this.fingerprint = fingerprint;
    this.calls = calls;
    this.bounds = bounds;
    this.audit = audit;
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
    DescribeResponse.Builder description = description().toBuilder();
    inference
        .reports()
        .all()
        .forEach(
            (sha256, report) ->
                description.addModels(fingerprint.of(sha256, report.batch(), report.named())));
    response.onNext(description.build());
    response.onCompleted();
  }

  /** What would produce a verdict here, without what its models have run. */
  DescribeResponse description() {
    DescribeResponse.Builder description =
        DescribeResponse.newBuilder()
            .setFingerprint(fingerprint.device())
            .setLimits(bounds.toLimits().toBuilder().setMaxThreads(inference.mostThreads()));
    Provider.available().forEach(p -> description.addAvailableProviders(p.label()));
    return description.build();
  }

  @Override
  public void health(HealthRequest request, StreamObserver<HealthResponse> response) {
    HealthResponse health;
    try {
      health =
          HealthResponse.newBuilder()
              .setStatus(
                  calls.isStopping()
                      ? HealthResponse.Status.STATUS_STOPPING
                      : HealthResponse.Status.STATUS_SERVING)
              .setModels(store.count())
              .setUptimeMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started))
              .setResidentBytes(ResidentMemory.ofAgent())
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    response.onNext(health);
    response.onCompleted();
  }

  @Override
  public StreamObserver<PutModelRequest> putModel(StreamObserver<PutModelResponse> responses) {
    var call = (ServerCallStreamObserver<PutModelResponse>) responses;
    CallTicket ticket = CallTicket.current();
    ModelRecord record = new ModelRecord(audit, ticket);
    Caller caller = ticket.caller();
    return new PutModelCall(store, inference, caller, record, calls.admit(call, caller), call);
  }

  @Override
  public StreamObserver<InferRequest> infer(StreamObserver<InferResponse> responses) {
    var call = (ServerCallStreamObserver<InferResponse>) responses;
    Caller caller = CallTicket.current().caller();
    return new InferCall(inference, fingerprint, bounds, calls.admit(call, caller), call);
  }
}
