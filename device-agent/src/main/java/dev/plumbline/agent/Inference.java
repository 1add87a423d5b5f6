package dev.plumbline.agent;

import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.ProviderRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs models, one batch at a time: ONNX Runtime spreads each over all the threads that it has, so
 * that two at once would only take memory from each other. Callers take turns in the order in which
 * they come. A model whose turn does not come, or that runs for too long, is refused with {@code
 * DEADLINE_EXCEEDED}.
 */
sealed interface Inference extends AutoCloseable permits LocalInference, IsolatedInference {
  /**
   * What ran.
   *
   * @param nanos that it took, without waiting for its turn
   * @param ran the model's nodes, by provider
   */
  record Outcome(LoadedModel.Answer answer, long nanos, List<ProviderRun> ran) {}

  /** ONNX Runtime's version. */
  String runtimeVersion();

  /** What ran of the models in memory. Does not wait for the batch that runs. */
  RunReports reports();

  /**
   * Runs a stored model on a batch that {@link Asked#check} has passed.
   *
   * @throws RefusedException if the model is not there, does not take the batch, or gives what the
   *     wire cannot carry
   */
  Outcome run(String sha256, Asked asked, InferRequest batch) throws IOException;

  /** Frees a model that is not to stay. */
  void forget(String sha256);

  /**
   * Has a stored model in memory when it returns.
   *
   * @throws RefusedException if it is not there or does not have such inputs and outputs
   */
  void check(String sha256, Asked asked) throws IOException;

  /** Has a stored model in memory when it returns. */
  void load(String sha256) throws IOException;

  /** Loads a model from a file that is not in the store yet and has been screened. */
  void load(String sha256, Path file);

  /** The most threads that a call may ask for; 0 where calls have no number of their own. */
  int mostThreads();

  /**
   * Has a stored model that {@link #check} has passed in memory with a number of threads of its
   * own. There is room for one such model.
   *
   * @throws RefusedException if the number is out of range, the room is taken, or the model is not
   *     there
   */
  AsideModel aside(String sha256, int threads) throws IOException;

  /** Runs a model that {@link #aside} gave; does not tell what ran. */
  Outcome run(AsideModel model, Asked asked, InferRequest batch);

  /** Gives the memory of a model back that {@link #aside} gave. */
  void end(AsideModel model);

  /** Waits for the batch that runs and closes all models. */
  @Override
  void close();
}
