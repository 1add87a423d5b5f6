package dev.plumbline.host.gateway;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** How a call ends. */
record Ending<A>(CompletableFuture<Status> end) implements StreamObserver<A> {
  @Override
  public void onNext(A answer) {}

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
