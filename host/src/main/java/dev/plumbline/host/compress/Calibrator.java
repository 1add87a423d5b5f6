package dev.plumbline.host.compress;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.compress.ActivationRanges.Interval;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Finds the ranges of activations by running the float model on pictures. */
public final class Calibrator {
  private Calibrator() {}

  /**
   * Runs the model over all pictures: once for the smallest and largest values, and, unless these
   * are what is wanted, once more for a histogram.
   *
   * @param values names of floating-point values that depend on the model's input
   * @throws BadInputException if there are no pictures or a value is not finite
   */
  public static ActivationRanges calibrate(
      OnnxModel floatModel,
      Set<String> values,
      Preprocessing preprocessing,
      Dataset pictures,
      QuantizationSettings settings,
      Accelerator accelerator,
      Progress progress) {
    if (pictures.size() == 0) {
      throw new BadInputException(
          "the calibration of model "
              + floatModel.name()
              + " has no pictures, expected at least 1");
    }
    Map<String, Interval> ranges = new HashMap<>();
    try (DifferentiableGraph graph =
        DifferentiableGraph.frozen(floatModel, accelerator.torchDevice())) {
      CapturedRuns run = new CapturedRuns(graph, values, preprocessing, pictures);
      run.each(
          progress,
          "calibrating",
          (name, array) -> {
            Interval seen = extremes(floatModel, name, array);
            ranges.merge(
                name,
                seen,
                (a, b) -> new Interval(Math.min(a.low(), b.low()), Math.max(a.high(), b.high())));
          });
      if (settings.method() != Calibration.MIN_MAX) {
        Map<String, Histogram> histograms = new HashMap<>();
        ranges.forEach((name, r) -> histograms.put(name, new Histogram(r.low(), r.high())));
        run.each(
            progress,
            "counting activations",
            (name, array) -> histograms.get(name).add(array.toFloatArray()));
        histograms.forEach((name, histogram) -> ranges.put(name, range(histogram, settings)));
      }
    }
    return new ActivationRanges(ranges);
  }

  private static Interval range(Histogram histogram, QuantizationSettings settings) {
    return switch (settings.method()) {
      case MIN_MAX -> histogram.all();
      case PERCENTILE -> {
        double cut = (100 - settings.percentile()) / 200;
        yield new Interval(histogram.quantile(cut), histogram.quantile(1 - cut));
      }
      case ENTROPY -> new RangeSearch(histogram).leastDivergence();
      case MSE -> new RangeSearch(histogram).leastSquares();
    };
  }

  private static Interval extremes(OnnxModel model, String name, NDArray array) {
    float low;
    float high;
    try (NDArray min = array.min();
        NDArray max = array.max()) {
      low = min.getFloat();
      high = max.getFloat();
    }
    // The least and the greatest of numbers with a NaN among them are NaN.
    if (!Float.isFinite(low) || !Float.isFinite(high)) {
      throw new BadInputException(
          "model "
              + model.name()
              + " makes values from "
              + low
              + " to "
              + high
              + " at "
              + name
              + " on the calibration pictures, expected finite ones");
    }
    return new Interval(low, high);
  }
}
