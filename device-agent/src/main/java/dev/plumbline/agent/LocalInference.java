package dev.plumbline.agent;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.ProviderRun;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs models in this process. */
final class LocalInference implements Inference {
  /** How long a batch that runs is waited for at the end. */
  private static final Duration LAST_BATCH = Duration.ofSeconds(10);

  private static final Path SCRATCH = Path.of(System.getProperty("java.io.tmpdir"));

  private final Turn turn;
  private final OrtEnvironment environment;
  private final ProviderOrder providers;
  private final int threads;
  private final ModelStore store;
  private final Bounds bounds;
  private final RunLimit limit;

  /** By SHA-256, the one unused for longest first. */
  private final Map<String, LoadedModel> models = new LinkedHashMap<>(16, 0.75f, true);

  private final RunReports reports = new RunReports();

  private final RunBuffers buffers;

  /** What runs with another number of threads; null if nothing does. */
  private AsideModel aside;

  private boolean closed;

  /**
   * @param threads within an operator
   * @throws StartException if one of the providers does not start
   */
  LocalInference(
      ProviderOrder providers, int threads, ModelStore store, Bounds bounds, Duration longestRun) {
    // Errors come as exceptions; logged they would hold names out of a caller's model.
    this.environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "plumbline-agent");
    this.providers = providers;
    this.threads = threads;
    this.store = store;
    this.bounds = bounds;
    this.buffers = new RunBuffers(bounds);
    this.limit = new RunLimit(longestRun);
    this.turn = new Turn(bounds, longestRun);
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime's telemetry could not be turned off", e);
    }
    ProviderProbe.check(environment, providers, threads);
  }

  @Override
  public String runtimeVersion() {
    return environment.getVersion();
  }

  @Override
  public RunReports reports() {
    return reports;
  }

  @Override
  public Outcome run(String sha256, Asked asked, InferRequest batch) throws IOException {
    turn.take();
    try {
      LoadedModel model = loaded(sha256);
      return run(
          sha256,
          model,
          asked,
          batch,
          answer ->
              reports
                  .of(sha256, () -> new RunReports.Report(answer.batch(), model.endProfile()))
                  .counts());
    } finally {
      turn.giveUp();
    }
  }

  /** Whoever calls this has the turn. */
  private Outcome run(
      String sha256,
      LoadedModel model,
      Asked asked,
      InferRequest batch,
      Function<LoadedModel.Answer, List<ProviderRun>> ran) {
    try (RunLimit.Run run = limit.begin()) {
      long start = System.nanoTime();
      try {
        LoadedModel.Answer answer = model.run(asked, batch, buffers, run.options());
        long nanos = System.nanoTime() - start;
        return new Outcome(answer, nanos, ran.apply(answer));
      } catch (OrtException e) {
        if (run.wasStopped()) {
          throw new RefusedException(
              Status.Code.DEADLINE_EXCEEDED,
              "model " + sha256 + " ran for more than " + limit.longest().toSeconds() + " s",
              e);
        }
        if (LoadedModel.isOutOfMemory(e)) {
          // Models keep what they once got; nobody else is to go without for this one.
          forgetAll();
        }
        throw e;
      }
    } catch (OrtException e) {
      throw LoadedModel.refused(e);
    }
  }

  @Override
  public void forget(String sha256) {
    turn.take();
    try {
      LoadedModel model = models.remove(sha256);
      if (model != null) {
        model.close();
      }
    } finally {
      turn.giveUp();
    }
  }

  private void forgetAll() {
    models.values().forEach(LoadedModel::close);
    models.clear();
  }

  @Override
  public void check(String sha256, Asked asked) throws IOException {
    turn.take();
    try {
      loaded(sha256).check(asked);
    } finally {
      turn.giveUp();
    }
  }

  @Override
  public void load(String sha256) throws IOException {
    turn.take();
    try {
      loaded(sha256);
    } finally {
      turn.giveUp();
    }
  }

  @Override
  public void load(String sha256, Path file) {
    turn.take();
    try {
      if (!models.containsKey(sha256)) {
        add(sha256, file);
      }
    } finally {
      turn.giveUp();
    }
  }

  private LoadedModel loaded(String sha256) throws IOException {
    LoadedModel model = models.get(sha256);
    return model != null ? model : add(sha256, store.verified(ModelStore.checked(sha256)));
  }

  private LoadedModel add(String sha256, Path file) {
    if (closed) {
      throw WorkCalls.stopping();
    }
    makeRoom();
    try (SessionOptions options = new SessionOptions()) {
      choose(options, threads);
      LoadedModel model = open(file, options);
      models.put(sha256, model);
      return model;
    } catch (OrtException e) {
      throw LoadedModel.refused(e);
    }
  }

  private void makeRoom() {
    while (models.size() + (aside == null ? 0 : 1) >= bounds.maxSessions() && !models.isEmpty()) {
      var oldest = models.entrySet().iterator();
      Map.Entry<String, LoadedModel> unused = oldest.next();
      oldest.remove();
      reports.remove(unused.getKey());
      unused.getValue().close();
    }
  }

  private void choose(SessionOptions options, int number) throws OrtException {
    options.setIntraOpNumThreads(number);
    options.setInterOpNumThreads(1);
    // Threads that spin for work between two batches would take a small device's processor.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    providers.choose(options, number);
  }

  @Override
  public int mostThreads() {
    return Math.max(2, Math.max(threads, Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public AsideModel aside(String sha256, int number) throws IOException {
    if (number < 1 || number > mostThreads()) {
      throw RefusedException.invalid(
          number + " threads for a call; expected 1 to " + mostThreads() + ", or 0");
    }
    turn.take();
    try (SessionOptions options = new SessionOptions()) {
      if (closed) {
        throw WorkCalls.stopping();
      }
      if (aside != null) {
        throw RefusedException.tooMuch(
            "another call has a model with a number of threads of its own already; expected at most"
                + " one");
      }
      Path file = store.verified(ModelStore.checked(sha256));
      makeRoom();
      choose(options, number);
      OrtSession session = session(file, options);
      LoadedModel model = new LoadedModel(environment, session, SessionProfile.none());
      aside = new AsideModel(sha256, number, model);
      return aside;
    } catch (OrtException e) {
      throw LoadedModel.refused(e);
    } finally {
      turn.giveUp();
    }
  }

  @Override
  public Outcome run(AsideModel model, Asked asked, InferRequest batch) {
    turn.take();
    try {
      return run(model.sha256(), model.model(), asked, batch, answer -> List.of());
    } finally {
      turn.giveUp();
    }
  }

  @Override
  public void end(AsideModel model) {
    turn.take();
    try {
      closeAside(model);
    } finally {
      turn.giveUp();
    }
  }

  private void closeAside(AsideModel model) {
    if (model != null && aside == model) {
      aside = null;
      model.model().close();
    }
  }

  private LoadedModel open(Path file, SessionOptions options) throws OrtException {
    SessionProfile profile = SessionProfile.start(options, SCRATCH);
    try {
      return new LoadedModel(environment, session(file, options), profile);
    } catch (OrtException | RuntimeException e) {
      profile.discard();
      throw e;
    }
  }

  /** Tries again with the others freed where there is too little memory. */
  private OrtSession session(Path file, SessionOptions options) throws OrtException {
    try {
      return environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      if (models.isEmpty() || !LoadedModel.isOutOfMemory(e)) {
        throw e;
      }
      forgetAll();
      return environment.createSession(file.toString(), options);
    }
  }

  /** Waits for the batch that runs and closes all models. */
  @Override
  public void close() {
    limit.close();
    if (!turn.tryTake(LAST_BATCH)) {
      // To close a model that runs would crash; the end of the process frees it as well.
      return;
    }
    try {
      closed = true;
      forgetAll();
      closeAside(aside);
    } finally {
      turn.giveUp();
    }
  }
}
