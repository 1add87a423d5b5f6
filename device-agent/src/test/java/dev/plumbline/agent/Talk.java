package dev.plumbline.agent;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A call that streams both ways, step by step. */
final class Talk<Q, A> {
  private final BlockingQueue<A> answers = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final StreamObserver<Q> requests;
  private ClientCallStreamObserver<Q> call;

  Talk(Function<StreamObserver<A>, StreamObserver<Q>> method) {
    requests =
        method.apply(
            new ClientResponseObserver<Q, A>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<Q> stream) {
                call = stream;
              }

              @Override
              public void onNext(A answer) {
                answers.add(answer);
              }

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
  }

  Talk<Q, A> send(Q request) {
    requests.onNext(request);
    return this;
  }

  Talk<Q, A> endSending() {
    requests.onCompleted();
    return this;
  }

  A answer() throws InterruptedException {
    return answer(Duration.ofSeconds(10));
  }

  A answer(Duration patience) throws InterruptedException {
    A answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new AssertionError("no answer; the call's end: " + end.getNow(null));
    }
    return answer;
  }

  Status end() throws Exception {
    return end(Duration.ofSeconds(15));
  }

  Status end(Duration patience) throws Exception {
    return end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  void cancel() {
    call.cancel("given up", null);
  }
}
