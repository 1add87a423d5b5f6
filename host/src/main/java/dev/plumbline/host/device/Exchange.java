package dev.plumbline.host.device;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One call that streams both ways, driven by one thread: it sends, then waits for an answer, and so
 * bounds what is under way, which gRPC on a servlet does not.
 *
 * @param <Q> what is sent
 * @param <A> what is answered
 */
final class Exchange<Q, A> implements AutoCloseable {
  private sealed interface Event<A> {}

  private record Answer<A>(A message) implements Event<A> {}

  /** {@code failure} is null when the call ended well. */
  private record End<A>(Throwable failure) implements Event<A> {}

  private final DeviceAddress device;
  private final String doing;
  private final Duration patience;
  private final BlockingQueue<Event<A>> events = new LinkedBlockingQueue<>();
  private final StreamObserver<Q> requests;
  private ClientCallStreamObserver<Q> call;
  private boolean ended;

  /**
   * @param doing what is tried, for messages: "sending the model to"
   * @param patience how long the device may be silent while an answer is due
   * @param start the stub's method
   */
  Exchange(
      DeviceAddress device,
      String doing,
      Duration patience,
      Function<StreamObserver<A>, StreamObserver<Q>> start) {
    this.device = device;
    this.doing = doing;
    this.patience = patience;
    this.requests = start.apply(new Answers());
  }

  private final class Answers implements ClientResponseObserver<Q, A> {
    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
      call = stream;
    }

    @Override
    public void onNext(A message) {
      events.add(new Answer<>(message));
    }

    @Override
    public void onError(Throwable failure) {
      events.add(new End<>(failure));
    }

    @Override
    public void onCompleted() {
      events.add(new End<>(null));
    }
  }

  void send(Q message) {
    requests.onNext(message);
  }

  /** Tells the device that nothing more comes. */
  void endSending() {
    requests.onCompleted();
  }

  /** Waits for the device's next answer. */
  A receive() {
    if (next() instanceof Answer<A> answer) {
      return answer.message();
    }
    throw Refusals.of(
        device,
        doing,
        Status.UNAVAILABLE.withDescription("it ended the call before its answer").asException());
  }

  /** Waits for the device's end of the call. */
  void receiveEnd() {
    if (next() instanceof Answer<A>) {
      throw Refusals.of(
          device,
          doing,
          Status.INTERNAL.withDescription("it answered more than it was asked").asException());
    }
  }

  private Event<A> next() {
    Event<A> event;
    try {
      event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusals.of(
          device,
          doing,
          Status.CANCELLED.withDescription("interrupted").withCause(e).asException());
    }
    if (event == null) {
      throw Refusals.of(
          device,
          doing,
          Status.DEADLINE_EXCEEDED
              .withDescription("silent for " + patience.toSeconds() + " s")
              .asException());
    }
    if (event instanceof End<A> end) {
      ended = true;
      if (end.failure() != null) {
        throw Refusals.of(device, doing, end.failure());
      }
    }
    return event;
  }

  /** Gives the call up unless it has ended. */
  @Override
  public void close() {
    if (!ended) {
      call.cancel("given up by the host", new StatusRuntimeException(Status.CANCELLED));
    }
  }
}
