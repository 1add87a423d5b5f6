package dev.plumbline.agent;

import dev.plumbline.agent.ModelWire.Question;
import dev.plumbline.device.v1.InferRequest;
import io.grpc.Status;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs models in a process beside the agent. One that brings it down, or has to be ended with it,
 * costs the call that ran it; the next call gets a new process.
 */
final class IsolatedInference implements Inference {
  private static final Logger LOG = LoggerFactory.getLogger(IsolatedInference.class);
  private static final long LOOK_MILLIS = 250;

  /** More than a run may take: a model that can be stopped between two nodes has been by then. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** How long a batch that runs is waited for at the end. */
  private static final Duration LAST_BATCH = Duration.ofSeconds(10);

  private final Function<Path, ModelProcessSettings> settings;
  private final OptionalLong maxMemoryBytes;
  private final Duration longest;
  private final Turn turn;
  private final RunReports reports = new RunReports();
  private final String runtimeVersion;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "model-process-watch");
            thread.setDaemon(true);
            return thread;
          });

  /** The one that answers questions; ended and empty after it failed to. */
  private volatile Optional<ModelProcess> process;

  /** What the process knows of the call that asked last. */
  private Asked known;

  private boolean closed;

  /**
   * Starts the process.
   *
   * @param settings of the process, by the socket on which it is waited for
   * @throws StartException if it does not start
   */
  IsolatedInference(
      Function<Path, ModelProcessSettings> settings,
      OptionalLong maxMemoryBytes,
      Bounds bounds,
      Duration longestRun) {
    this.settings = settings;
    this.maxMemoryBytes = maxMemoryBytes;
    this.longest = longestRun.plus(GRACE);
    this.turn = new Turn(bounds, longest);
    ModelProcess first = ModelProcess.start(settings, maxMemoryBytes);
    this.process = Optional.of(first);
    this.runtimeVersion = first.runtimeVersion();
    clock.scheduleWithFixedDelay(
        () -> process.ifPresent(ModelProcess::endIfLate),
        LOOK_MILLIS,
        LOOK_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public String runtimeVersion() {
    return runtimeVersion;
  }

  @Override
  public RunReports reports() {
    return reports;
  }

  @Override
  public Outcome run(String sha256, Asked asked, InferRequest batch) {
    return ask(
        sha256,
        out -> {
          ModelWire.write(out, Question.RUN);
          ModelWire.write(out, sha256);
          write(out, asked);
          ModelWire.write(out, batch);
        },
        in -> {
          LoadedModel.Answer answer = ModelWire.readAnswerOfModel(in);
          long nanos = in.readLong();
          readReports(in);
          return new Outcome(answer, nanos, reports.counts(sha256));
        });
  }

  private void readReports(DataInputStream in) throws IOException {
    if (in.readBoolean()) {
      Map<String, RunReports.Report> all = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String sha256 = ModelWire.readText(in);
        all.put(sha256, ModelWire.readReport(in));
      }
      reports.replace(all);
    }
  }

  /** What a call asks for goes over once, not with each batch. */
  private void write(DataOutputStream out, Asked asked) throws IOException {
    out.writeBoolean(asked != known);
    if (asked != known) {
      ModelWire.write(out, asked.header());
      known = asked;
    }
  }

  @Override
  public void check(String sha256, Asked asked) {
    tell(
        sha256,
        out -> {
          ModelWire.write(out, Question.CHECK);
          ModelWire.write(out, sha256);
          write(out, asked);
        });
  }

  @Override
  public void load(String sha256) {
    tell(
        sha256,
        out -> {
          ModelWire.write(out, Question.LOAD);
          ModelWire.write(out, sha256);
        });
  }

  @Override
  public void load(String sha256, Path file) {
    tell(
        sha256,
        out -> {
          ModelWire.write(out, Question.LOAD_FILE);
          ModelWire.write(out, sha256);
          ModelWire.write(out, file.toAbsolutePath().toString());
        });
  }

  @Override
  public void forget(String sha256) {
    tell(
        sha256,
        out -> {
          ModelWire.write(out, Question.FORGET);
          ModelWire.write(out, sha256);
        });
  }

  /** A model of its own for a call would be one more in a process that is to be small. */
  @Override
  public int mostThreads() {
    return 0;
  }

  @Override
  public AsideModel aside(String sha256, int threads) {
    throw RefusedException.invalid(
        threads + " threads for a call, but models run in a process of their own here; expected 0");
  }

  @Override
  public Outcome run(AsideModel model, Asked asked, InferRequest batch) {
    throw new IllegalStateException("no model was put aside");
  }

  @Override
  public void end(AsideModel model) {
    throw new IllegalStateException("no model was put aside");
  }

  private void tell(String sha256, ModelProcess.Asking asking) {
    ask(sha256, asking, in -> true);
  }

  private <T> T ask(String sha256, ModelProcess.Asking asking, ModelProcess.Reading<T> reading) {
    turn.take();
    try {
      return running().ask("model " + sha256, longest, asking, reading);
    } catch (ModelProcess.EndedException e) {
      LOG.warn("{}; the next call gets a new one", e.getMessage());
      forgetProcess();
      throw e.refusal();
    } finally {
      turn.giveUp();
    }
  }

  private ModelProcess running() {
    if (closed) {
      throw WorkCalls.stopping();
    }
    // One that ended while nobody asked it, by the system's want of memory say, is nobody's fault.
    if (process.isPresent() && !process.get().isAlive()) {
      process.get().close();
      forgetProcess();
    }
    if (process.isEmpty()) {
      try {
        process = Optional.of(ModelProcess.start(settings, maxMemoryBytes));
      } catch (StartException e) {
        throw new RefusedException(Status.Code.INTERNAL, e.getMessage(), e);
      }
    }
    return process.get();
  }

  private void forgetProcess() {
    process = Optional.empty();
    known = null;
    reports.replace(Map.of());
  }

  @Override
  public void close() {
    boolean mine = turn.tryTake(LAST_BATCH);
    clock.shutdownNow();
    closed = true;
    process.ifPresent(ModelProcess::close);
    if (mine) {
      turn.giveUp();
    }
  }
}
