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
  /**
   * Messages that may be read ahead: one is worked on while the next one waits, so that the device
   * does not wait for the wire. More only cost memory.
   */
  private static final int AHEAD = 2;

  private final WorkCalls.WorkCall call;
  private final ServerCallStreamObserver<?> responses;
  private boolean ended;

  /** Messages that are asked for once the host has read enough of the answers. */
  private int owed;

  WorkStream(WorkCalls.WorkCall call, ServerCallStreamObserver<?> responses) {
    this.call = call;
    this.responses = responses;
    responses.setOnCancelHandler(this::over);
    responses.setOnCloseHandler(this::over);
    // A host that sends and does not read would have the answers pile up.
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::ready);
    responses.request(AHEAD);
  }

  /** A step of the work. */
  @FunctionalInterface
  interface Step {
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
    owed++;
    ready();
  }

  /** gRPC runs this and what comes from the host one after the other. */
  private void ready() {
    if (owed > 0 && responses.isReady()) {
      responses.request(owed);
      owed = 0;
    }
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
