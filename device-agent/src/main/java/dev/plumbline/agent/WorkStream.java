package dev.plumbline.agent;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the host sends on a call that does work. However the call ends, {@link #end} runs.
 *
 * @param <Q> what the host sends
 */
abstract class WorkStream<Q> implements StreamObserver<Q> {
  private final WorkCalls.WorkCall call;
  private boolean ended;

  WorkStream(WorkCalls.WorkCall call, ServerCallStreamObserver<?> responses) {
    this.call = call;
    responses.setOnCancelHandler(this::over);
    responses.setOnCloseHandler(this::over);
  }

  /** A step of the work. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** The host has sent a message. */
  abstract void take(Q message) throws IOException;

  /** The host sends nothing more; answers and completes the call. */
  abstract void finish() throws IOException;

  /** Frees what the call holds. Runs once. */
  abstract void end() throws IOException;

  @Override
  public final void onNext(Q message) {
    step(() -> take(message), false);
  }

  @Override
  public final void onCompleted() {
    step(this::finish, true);
  }

  @Override
  public final void onError(Throwable cancelled) {
    over();
  }

  private void step(Step step, boolean last) {
    boolean done = false;
    call.begin();
    try {
      step.run();
      done = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      call.rest();
      if (last || !done) {
        over();
      }
    }
  }

  private synchronized void over() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      call.release();
    }
  }
}
