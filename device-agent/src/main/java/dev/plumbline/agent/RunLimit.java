package dev.plumbline.agent;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops a model that runs for too long: between two of its nodes ONNX Runtime looks up. */
final class RunLimit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLimit.class);

  private final Duration longest;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "run-limit");
            thread.setDaemon(true);
            return thread;
          });

  RunLimit(Duration longest) {
    this.longest = longest;
  }

  /** One run that is under way. */
  final class Run implements AutoCloseable {
    private final RunOptions options = new RunOptions();
    private final Future<?> alarm;
    private boolean over;
    private boolean stopped;

    private Run() throws OrtException {
      alarm = clock.schedule(this::stop, longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void stop() {
      if (over) {
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
    synchronized boolean wasStopped() {
      return stopped;
    }

    @Override
    public void close() {
      alarm.cancel(false);
      synchronized (this) {
        over = true;
        options.close();
      }
    }
  }

  Run begin() throws OrtException {
    return new Run();
  }

  Duration longest() {
    return longest;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
