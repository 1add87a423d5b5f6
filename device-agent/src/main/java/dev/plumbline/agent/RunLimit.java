package dev.plumbline.agent;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a model that runs for too long: between two of its nodes ONNX Runtime looks up. One runs at
 * a time. A clock looks now and then, since an alarm for each run would wake a thread for each.
 */
final class RunLimit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLimit.class);
  private static final long LOOK_MILLIS = 250;

  private final Duration longest;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "run-limit");
            thread.setDaemon(true);
            return thread;
          });
  private Optional<Run> underWay = Optional.empty();

  RunLimit(Duration longest) {
    this.longest = longest;
    clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void look() {
    underWay.ifPresent(run -> run.stopIfLate(System.nanoTime()));
  }

  /** One run that is under way. */
  final class Run implements AutoCloseable {
    private final RunOptions options = new RunOptions();
    private final long started = System.nanoTime();
    private boolean stopped;

    private Run() throws OrtException {}

    private void stopIfLate(long now) {
      if (stopped || now - started < longest.toNanos()) {
        return;
      }
      stopped = true;
      try {
        options.setTerminate(true);
      } catch (OrtException e) {
        LOG.error("a model that ran for too long could not be stopped", e);
      }
    }

    RunOptions options() {
      return options;
    }

    /** Whether it was stopped, so that its failure is no fault of ONNX Runtime. */
    boolean wasStopped() {
      synchronized (RunLimit.this) {
        return stopped;
      }
    }

    @Override
    public void close() {
      synchronized (RunLimit.this) {
        underWay = Optional.empty();
        options.close();
      }
    }
  }

  synchronized Run begin() throws OrtException {
    Run run = new Run();
    underWay = Optional.of(run);
    return run;
  }

  Duration longest() {
    return longest;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
