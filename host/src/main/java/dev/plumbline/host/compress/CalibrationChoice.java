package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses the calibration of a static int8 model: each is tried on three quarters of the
 * calibration pictures, and what agrees best with the float model on the last quarter is taken, in
 * ONNX Runtime. Of equal agreements the nearer logits decide.
 */
public final class CalibrationChoice {
  /** Half of a ten-thousandth is cut off at either end: values that one picture in many has. */
  public static final double PERCENTILE = 99.99;

  /**
   * A calibration that was tried.
   *
   * @param settings with this calibration
   * @param agreement with the float model on the pictures that were kept back
   * @param apart mean square of the differences of the logits
   */
  public record Tried(QuantizationSettings settings, Agreement agreement, double apart) {}

  private final Preprocessing preprocessing;
  private final Accelerator accelerator;
  private final RuntimeProvider provider;

  /**
   * @param accelerator where the float model is calibrated
   * @param provider what models are compared in
   */
  public CalibrationChoice(
      Preprocessing preprocessing, Accelerator accelerator, RuntimeProvider provider) {
    this.preprocessing = preprocessing;
    this.accelerator = accelerator;
    this.provider = provider;
  }

  /**
   * Tries all calibrations.
   *
   * @param calibration at least 4 pictures
   * @param settings what else the model is quantized with; preparations that do not move ranges are
   *     left out
   * @return the best first
   * @throws BadInputException if there are too few pictures
   */
  public List<Tried> tried(
      OnnxModel floatModel, Dataset calibration, QuantizationSettings settings, Progress progress) {
    int kept = calibration.size() / 4;
    if (kept == 0) {
      throw new BadInputException(
          "a choice of the calibration has "
              + calibration.size()
              + " pictures, expected at least 4");
    }
    int learned = calibration.size() - kept;
    Dataset learning = Datasets.range(calibration, Range.of(0, learned));
    Dataset held = Datasets.range(calibration, Range.of(learned, calibration.size()));
    float[][] wanted = logits(floatModel, held, progress);
    List<Tried> tried = new ArrayList<>();
    for (Calibration each : Calibration.values()) {
      QuantizationSettings ranges = settings.forRanges().with(each, PERCENTILE);
      OnnxModel made =
          new Quantizer(accelerator)
              .quantize(floatModel, preprocessing, learning, ranges, progress);
      float[][] found = logits(made, held, progress);
      tried.add(
          new Tried(
              settings.with(each, PERCENTILE),
              Agreement.of(Tasks.ofPair(floatModel, made), wanted, found),
              apart(wanted, found)));
    }
    tried.sort(
        Comparator.comparing((Tried t) -> -t.agreement().same()).thenComparing(Tried::apart));
    return tried;
  }

  private float[][] logits(OnnxModel model, Dataset pictures, Progress progress) {
    return Agreement.logits(model, preprocessing, pictures, provider, progress);
  }

  private static double apart(float[][] a, float[][] b) {
    double sum = 0;
    long count = 0;
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        sum += ((double) a[i][c] - b[i][c]) * ((double) a[i][c] - b[i][c]);
        count++;
      }
    }
    return sum / count;
  }
}
