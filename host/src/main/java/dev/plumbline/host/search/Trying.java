package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.search.SearchAlgorithm.Answers;
import dev.plumbline.host.search.SearchAlgorithm.Trial;
import dev.plumbline.host.search.SearchAlgorithm.Trials;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.DecisionBatch;
import dev.plumbline.host.task.Task;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Moves a batch by {@link Trials}: each is asked about in one run of both models. */
final class Trying implements Mover {
  private final Task task;
  private final Classing classing;
  private final ArrayPreprocessing arrays;
  private final Trials trials;
  private final SearchSettings settings;

  Trying(
      Task task,
      Classing classing,
      ArrayPreprocessing arrays,
      Trials trials,
      SearchSettings settings) {
    this.task = task;
    this.classing = classing;
    this.arrays = arrays;
    this.trials = trials;
    this.settings = settings;
  }

  @Override
  public NDArray step(NDManager scope, WalkingBatch walking, NDArray seeds) {
    NDArray inputs = walking.inputs().duplicate();
    // An operation's result belongs to the manager of its operand, which here outlives the step.
    inputs.attach(scope);
    Shape shape = seeds.getShape();
    List<Walker> walkers = walking.walkers();
    List<SplittableRandom> random = walking.random(settings);
    float[][] from = rows(seeds);
    float[][] standing = rows(arrays.toPixels(inputs));
    DecisionBatch expected = task.batch(walking.decisions(), scope, arrays::place);
    Margins best = margins(walking.answers(), walkers, expected, scope);
    for (int attempt = 0; attempt < trials.tries() && best.anyHolds(); attempt++) {
      try (NDManager one = scope.newSubManager()) {
        float[][] tried = new float[standing.length][];
        for (int row = 0; row < tried.length; row++) {
          double done = (walkers.get(row).step() - 1.0) / settings.steps();
          tried[row] =
              best.holds(row)
                  ? trials.changed(new Trial(standing[row], from[row], done, random.get(row)))
                  : standing[row];
        }
        Judged judged = classing.mutated(array(one, tried, shape), walking.decisions());
        Margins found = margins(answers(judged), walkers, expected, one);
        for (int row = 0; row < tried.length; row++) {
          if (best.holds(row) && cost(found, row) < cost(best, row)) {
            standing[row] = tried[row];
            best.set(row, found);
          }
        }
      }
    }
    return arrays.toInput(array(scope, standing, shape));
  }

  private double cost(Margins margins, int row) {
    return trials.cost(margins.ofOriginal[row], margins.ofCompressed[row]);
  }

  /**
   * Margins of a batch.
   *
   * @param ofOriginal of the seed's decision, or of the least confidence that is asked for
   * @param ofCompressed of what the compressed model should decide, as the confirming judge may see
   *     it
   */
  private record Margins(float[] ofOriginal, float[] ofCompressed) {
    boolean holds(int row) {
      return ofOriginal[row] < 0 || ofCompressed[row] >= 0;
    }

    boolean anyHolds() {
      for (int row = 0; row < ofOriginal.length; row++) {
        if (holds(row)) {
          return true;
        }
      }
      return false;
    }

    void set(int row, Margins other) {
      ofOriginal[row] = other.ofOriginal[row];
      ofCompressed[row] = other.ofCompressed[row];
    }
  }

  private Margins margins(
      List<Answers> answers, List<Walker> walkers, DecisionBatch ofSeeds, NDManager owner) {
    NDArray original = scores(owner, answers.stream().map(Answers::original).toList());
    NDArray compressed = scores(owner, answers.stream().map(Answers::compressed).toList());
    DecisionBatch expected = task.agreesWithinBound() ? task.decide(original) : ofSeeds;
    float[] ofCompressed = expected.margins(compressed).toFloatArray();
    for (int row = 0; row < ofCompressed.length; row++) {
      ofCompressed[row] += (float) (walkers.get(row).apart() + trials.past());
    }
    // Numbers follow their input: there is nothing for the original to keep.
    float[] ofOriginal =
        task.decidesNumbers()
            ? new float[ofCompressed.length]
            : ofSeeds.held(original, settings.minConfidence()).toFloatArray();
    return new Margins(ofOriginal, ofCompressed);
  }

  private static List<Answers> answers(Judged judged) {
    return IntStream.range(0, judged.size()).mapToObj(judged::answers).toList();
  }

  private NDArray scores(NDManager owner, List<float[]> rows) {
    return array(owner, rows.toArray(float[][]::new), new Shape(rows.size(), rows.get(0).length));
  }

  private NDArray array(NDManager owner, float[][] rows, Shape shape) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * rows[row].length, rows[row].length);
    }
    return arrays.place(owner.create(flat, shape));
  }

  private static float[][] rows(NDArray batch) {
    int count = Math.toIntExact(batch.getShape().get(0));
    float[] flat = PixelSteps.flat(batch).toFloatArray();
    int each = flat.length / count;
    float[][] rows = new float[count][];
    for (int row = 0; row < count; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * each, (row + 1) * each);
    }
    return rows;
  }
}
