package dev.plumbline.agent;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.CallerShare;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The open calls that do work: bounded in number, ended when the host falls silent, waited for when
 * the agent stops.
 */
final class WorkCalls implements AutoCloseable {
  private final int most;
  private final CallerShare share;
  private final Duration silence;
  private final Set<WorkCall> open = new HashSet<>();
  private final ScheduledExecutorService watch;
  private boolean stopping;

  WorkCalls(Bounds bounds, CallerShare share) {
    this.most = bounds.maxWorkCalls();
    this.share = share;
    this.silence = bounds.silence();
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "call-watch");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, silence.toMillis() / 4);
    watch.scheduleWithFixedDelay(this::endSilent, period, period, TimeUnit.MILLISECONDS);
  }

  /** One open call. */
  final class WorkCall {
    private final ServerCallStreamObserver<?> responses;
    private final Caller caller;
    private long heard = System.nanoTime();
    private boolean busy;

    private WorkCall(ServerCallStreamObserver<?> responses, Caller caller) {
      this.responses = responses;
      this.caller = caller;
    }

    /** The host has sent something, and the agent works on it. */
    void begin() {
      synchronized (WorkCalls.this) {
        busy = true;
      }
    }

    /** It is the host's turn. */
    void rest() {
      synchronized (WorkCalls.this) {
        busy = false;
        heard = System.nanoTime();
      }
    }

    /** The call is over; more than once does no harm. */
    void release() {
      synchronized (WorkCalls.this) {
        if (open.remove(this)) {
          WorkCalls.this.notifyAll();
        }
      }
    }
  }

  static RefusedException stopping() {
    return new RefusedException(Status.Code.UNAVAILABLE, "the agent is stopping");
  }

  /**
   * @throws RefusedException if there are too many, in all or of one caller, or the agent stops
   */
  synchronized WorkCall admit(ServerCallStreamObserver<?> responses, Caller caller) {
    if (stopping) {
      throw stopping();
    }
    if (open.size() >= most) {
      throw RefusedException.tooMuch(
          "the agent works on " + open.size() + " calls already; expected at most " + most);
    }
    long mostOfOne = share.of(caller, most);
    long ofCaller = open.stream().filter(c -> c.caller.name().equals(caller.name())).count();
    if (ofCaller >= mostOfOne) {
      throw RefusedException.tooMuch(
          "the agent works on "
              + ofCaller
              + " calls of '"
              + caller.name()
              + "' already; expected at most "
              + mostOfOne
              + " of one caller");
    }
    WorkCall call = new WorkCall(responses, caller);
    open.add(call);
    return call;
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  private void endSilent() {
    Set<WorkCall> silent = new HashSet<>();
    synchronized (this) {
      long now = System.nanoTime();
      for (WorkCall call : open) {
        if (!call.busy && now - call.heard > silence.toNanos()) {
          silent.add(call);
        }
      }
    }
    for (WorkCall call : silent) {
      end(
          call,
          Status.DEADLINE_EXCEEDED.withDescription(
              "the host was silent for " + silence.toSeconds() + " s"));
    }
  }

  private static void end(WorkCall call, Status status) {
    call.responses.onError(status.asRuntimeException());
    call.release();
  }

  /** Admits no more calls, waits for the open ones, then ends what is left. */
  void stop(Duration grace) {
    Set<WorkCall> left;
    synchronized (this) {
      stopping = true;
      long end = System.nanoTime() + grace.toNanos();
      try {
        for (long ms = grace.toMillis();
            !open.isEmpty() && ms > 0;
            ms = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
          wait(ms);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      left = new HashSet<>(open);
    }
    left.forEach(call -> end(call, stopping().status()));
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
