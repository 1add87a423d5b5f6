package dev.plumbline.host.score;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Floats;
import dev.plumbline.host.task.Numbers;
import dev.plumbline.host.task.Regression;
import java.util.List;

/**
 * Mean absolute error and root mean squared error, each the mean over the outputs, as
 * scikit-learn's {@code mean_absolute_error} and {@code root_mean_squared_error} have them; and the
 * share of inputs within the bound of the task.
 */
final class RegressionScores implements Scorer {
  private final Regression task;
  private int inputs;
  private int within;
  private double absolute;
  private double[] squares = {};

  RegressionScores(Regression task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    Numbers decision = task.decide(row);
    Floats found = decision.values();
    Floats expected = Numbers.of(truth).values();
    if (found.length() != expected.length()) {
      throw new BadInputException(
          "the model gives "
              + found.length()
              + " numbers for a picture and the annotations "
              + expected.length()
              + ", expected as many");
    }
    if (inputs == 0) {
      squares = new double[found.length()];
    }
    for (int i = 0; i < squares.length; i++) {
      double apart = (double) found.get(i) - expected.get(i);
      absolute += Math.abs(apart);
      squares[i] += apart * apart;
    }
    within += task.differ(truth, decision) ? 0 : 1;
    inputs++;
  }

  @Override
  public List<Measure> measures() {
    double rmse = 0;
    for (double sum : squares) {
      rmse += Math.sqrt(sum / inputs) / squares.length;
    }
    return List.of(
        Measure.error("mae", "MAE", absolute / inputs / squares.length),
        Measure.error("rmse", "RMSE", rmse),
        Measure.share("within_bound", "share within the bound", (double) within / inputs));
  }
}
