package dev.plumbline.host.compress;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds layers of weights that a static int8 model should keep in float: each layer alone is put
 * into integers, and those that move the outputs most go back to float until the model decides as
 * the float one on the calibration inputs, or until it may not grow any more. All in ONNX Runtime.
 */
public final class FloatSearch {
  /** The order of the layers shows in few inputs. */
  private static final int RANKING = 12;

  /** Decisions are compared on as many. */
  private static final int COMPARING = 64;

  private final OnnxModel floatModel;
  private final Preprocessing preprocessing;
  private final Accelerator accelerator;
  private final RuntimeProvider provider;
  private final Progress progress;

  /**
   * @param accelerator where the float model is calibrated
   * @param provider what models are compared in
   */
  public FloatSearch(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Accelerator accelerator,
      RuntimeProvider provider,
      Progress progress) {
    this.floatModel = floatModel;
    this.preprocessing = preprocessing;
    this.accelerator = accelerator;
    this.provider = provider;
    this.progress = progress;
  }

  /**
   * What was found.
   *
   * @param layers names of those to keep in float; empty where integers decide as well
   * @param before agreement with none of them in float, on calibration inputs
   * @param after with them in float, before biases are corrected
   */
  public record Found(Set<String> layers, Agreement before, Agreement after) {}

  /**
   * @param settings that the model is quantized with
   * @param growth by how much the model may grow beside one of integers, in percent
   */
  public Found find(Dataset calibration, QuantizationSettings settings, double growth) {
    OnnxModel prepared = Quantizer.prepared(floatModel, settings);
    ActivationRanges ranges =
        Calibrator.calibrate(
            prepared,
            QuantizationPlan.of(prepared).calibrated(),
            preprocessing,
            calibration,
            settings,
            accelerator,
            progress);
    Map<String, Long> layers = layers(prepared);
    OnnxModel integers = new QdqWriter(prepared, ranges, settings).write();
    List<String> order =
        fitting(
            ranked(prepared, ranges, settings, layers.keySet(), part(calibration, RANKING)),
            layers,
            integers.bytes().length * growth / 100);
    Dataset compared = part(calibration, COMPARING);
    float[][] wanted = rows(floatModel, compared);
    Task task = Tasks.ofPair(floatModel, integers);
    Agreement before = Agreement.of(task, wanted, rows(integers, compared));
    Found best = new Found(Set.of(), before, before);
    for (int kept = 1; best.after().share() < 1 && !order.isEmpty(); kept = next(kept)) {
      int some = Math.min(kept, order.size());
      Set<String> names = Set.copyOf(order.subList(0, some));
      OnnxModel mixed = new QdqWriter(prepared, ranges, settings.keepingFloat(names)).write();
      Agreement after = Agreement.of(task, wanted, rows(mixed, compared));
      if (after.same() > best.after().same()) {
        best = new Found(names, before, after);
      }
      if (some == order.size()) {
        break;
      }
    }
    return best;
  }

  /** A quarter more each time, one at least. */
  private static int next(int kept) {
    return kept + Math.max(1, kept / 4);
  }

  private static Dataset part(Dataset inputs, int most) {
    return Datasets.range(inputs, Range.of(0, Math.min(most, inputs.size())));
  }

  /** Layers of weights that would be in integers, with the number of their weights. */
  private static Map<String, Long> layers(OnnxModel prepared) {
    QuantizationPlan plan = QuantizationPlan.of(prepared);
    Map<String, Long> layers = new LinkedHashMap<>();
    for (Map.Entry<Node, String> each : LayerNames.of(prepared.graph()).entrySet()) {
      if (plan.quantizesWeights(each.getKey())) {
        long weights = WeightedNode.of(prepared.graph(), each.getKey()).weight().size();
        layers.put(each.getValue(), weights);
      }
    }
    return layers;
  }

  /** The layers, first the one that alone in integers moves the outputs most. */
  private List<String> ranked(
      OnnxModel prepared,
      ActivationRanges ranges,
      QuantizationSettings settings,
      Set<String> layers,
      Dataset inputs) {
    float[][] exact = rows(floatModel, inputs);
    Map<String, Double> moved = new LinkedHashMap<>();
    for (String layer : layers) {
      Set<String> others = new HashSet<>(layers);
      others.remove(layer);
      OnnxModel one = new QdqWriter(prepared, ranges, settings.keepingFloat(others)).write();
      moved.put(layer, apart(exact, rows(one, inputs)));
    }
    List<String> order = new ArrayList<>(layers);
    order.sort(Comparator.comparing((String layer) -> -moved.get(layer)));
    return order;
  }

  /** Those that fit one after the other into what the file may grow; a float takes 3 bytes more. */
  private static List<String> fitting(List<String> order, Map<String, Long> sizes, double bytes) {
    List<String> fitting = new ArrayList<>();
    double left = bytes;
    for (String layer : order) {
      long more = 3 * sizes.get(layer);
      if (more <= left) {
        fitting.add(layer);
        left -= more;
      }
    }
    return fitting;
  }

  private float[][] rows(OnnxModel model, Dataset inputs) {
    return Agreement.logits(model, preprocessing, inputs, provider, Progress.SILENT);
  }

  private static double apart(float[][] a, float[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < a[i].length; k++) {
        sum += ((double) a[i][k] - b[i][k]) * ((double) a[i][k] - b[i][k]);
      }
    }
    return sum;
  }
}
