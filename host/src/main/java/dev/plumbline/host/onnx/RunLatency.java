package dev.plumbline.host.onnx;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long ONNX Runtime takes for one run of a model on this machine: on the CPU, in one thread, of
 * one input, or of as many as the model takes at once.
 *
 * @param median of all rounds, in milliseconds
 * @param low a quarter of the rounds took less
 * @param high a quarter of the rounds took more
 * @param increase over the first model that was measured beside it, as a share: the median of what
 *     rounds say, in each of which the models run one after the other
 */
public record RunLatency(double median, double low, double high, double increase) {
  private static final RuntimeProvider ONE_THREAD =
      new RuntimeProvider(RuntimeProvider.Kind.CPU, 1);

  private static final int WARM_UP = 5;

  /** Runs of a model in a round; the first of them finds the caches full of another model. */
  private static final int RUNS = 5;

  private static final int FEWEST_ROUNDS = 11;
  private static final int MOST_ROUNDS = 101;
  private static final double MOST_SECONDS = 30;

  /**
   * Measures models in turn, so that what else the machine does meets all of them alike.
   *
   * @param models of one input, at least one; the first is what the others are compared with
   * @param input that all of them get
   */
  public static List<RunLatency> of(
      List<OnnxModel> models, Preprocessing preprocessing, Input input, Progress progress) {
    List<RuntimeSession> sessions = new ArrayList<>();
    try {
      for (OnnxModel model : models) {
        sessions.add(RuntimeSession.open(model, ONE_THREAD));
      }
      float[] numbers = new float[input.shape().elements()];
      preprocessing.toInput(input, numbers, 0);
      long[] dims = ModelContract.inputDims(1, input.shape(), preprocessing);
      double second = 0;
      for (RuntimeSession session : sessions) {
        for (int i = 0; i < WARM_UP; i++) {
          session.logits(numbers, dims);
        }
        second += RUNS * nanos(session, numbers, dims) / 1e9;
      }
      int rounds = (int) Math.max(FEWEST_ROUNDS, Math.min(MOST_ROUNDS, MOST_SECONDS / second));
      double[][] times = new double[sessions.size()][rounds];
      try (Progress.Step step = progress.begin("measuring latency", rounds)) {
        for (int round = 0; round < rounds; round++) {
          for (int k = 0; k < sessions.size(); k++) {
            // Nobody always comes after the same other.
            int model = (round + k) % sessions.size();
            double[] runs = new double[RUNS];
            for (int i = 0; i < RUNS; i++) {
              runs[i] = nanos(sessions.get(model), numbers, dims);
            }
            times[model][round] = quantile(runs, 0.5) / 1e6;
          }
          step.at(round + 1, "");
        }
      }
      return Arrays.stream(times).map(own -> of(own, times[0])).toList();
    } finally {
      sessions.forEach(RuntimeSession::close);
    }
  }

  private static double nanos(RuntimeSession session, float[] numbers, long[] dims) {
    long began = System.nanoTime();
    session.logits(numbers, dims);
    return System.nanoTime() - began;
  }

  /**
   * From times in milliseconds, round by round.
   *
   * @param first of the model that this one is compared with, in the same rounds
   */
  public static RunLatency of(double[] times, double[] first) {
    double[] ratios = new double[times.length];
    for (int round = 0; round < times.length; round++) {
      ratios[round] = times[round] / first[round];
    }
    return new RunLatency(
        quantile(times, 0.5),
        quantile(times, 0.25),
        quantile(times, 0.75),
        quantile(ratios, 0.5) - 1);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
