package dev.plumbline.host.precision;

import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunKernels;
import dev.plumbline.host.onnx.RunLatency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Chooses layers to compute in float, anywhere in a model, by what they are measured to be worth:
 * how much of the squared margin error on clean pictures they remove for the latency they cost.
 * Greedy: each set has the layers of the one before and those few more that are worth most for
 * their cost beside them.
 */
final class WorthiestLayers {
  /** Sets to choose. */
  private static final int SETS = 8;

  /**
   * Of the small sets of layers, as many are timed: those that alone remove the most error for the
   * kernels that they add.
   */
  private static final int TIMED = 24;

  /** As many are tried beside each set: those that last seemed worth most for their cost. */
  private static final int TRIED = 6;

  /** Latency that cannot be told from none on a machine that does other things as well. */
  private static final double LEAST_COST = 0.01;

  /** Of the squared error that is left, what a set has to remove to be told from chance. */
  private static final double LEAST_WORTH = 0.03;

  private static final double FARTHEST = 0.5;

  private final CompressedLayers layers;
  private final CleanError.Reference reference;
  private final Preprocessing preprocessing;
  private final Dataset pictures;
  private final Progress progress;
  private final RunKernels integers;

  /**
   * @param reference on the pictures that the error is measured on
   * @param pictures of which the first one is what latency is measured with
   */
  WorthiestLayers(
      CompressedLayers layers,
      CleanError.Reference reference,
      Preprocessing preprocessing,
      Dataset pictures,
      Progress progress) {
    this.layers = layers;
    this.reference = reference;
    this.preprocessing = preprocessing;
    this.pictures = pictures;
    this.progress = progress;
    this.integers = RunKernels.of(layers.compressed());
  }

  /**
   * Layers in float.
   *
   * @param worth of the squared error that it removes, beside the set before
   * @param cost in latency beside that set, as a share of the quantized model's
   */
  private record Unit(Set<String> names, double worth, double cost) {
    double rate() {
      return worth / Math.max(cost, LEAST_COST);
    }
  }

  /** A set of layers in float, with what it measures. */
  private record Found(Set<String> names, double squaredError, double increase) {}

  /**
   * Chooses.
   *
   * @param farthest latency that a set may have more than the quantized model, as a share
   * @return names of layers, each set with those of the one before
   */
  List<List<String>> find(double farthest) {
    double whole = squaredError(layers.compressed());
    List<Unit> units = alone(whole);
    Found at = new Found(Set.of(), whole, 0);
    List<List<String>> sets = new ArrayList<>();
    while (sets.size() < SETS && !units.isEmpty()) {
      Found best = next(at, units);
      if (best == null || best.increase() > farthest) {
        break;
      }
      at = best;
      sets.add(layers.operators().keySet().stream().filter(best.names()::contains).toList());
      Set<String> chosen = best.names();
      units.removeIf(unit -> chosen.containsAll(unit.names()));
      progress.say(
          String.format(
              Locale.ROOT,
              "%d layers in float: %+.1f %% latency, margin error %.3f on %d pictures",
              chosen.size(),
              100 * best.increase(),
              Math.sqrt(best.squaredError()),
              pictures.size()));
    }
    return sets;
  }

  /** What each small set is worth and costs alone, of those that kernels speak for. */
  private List<Unit> alone(double whole) {
    List<Unit> worth = new ArrayList<>();
    List<Set<String>> small = layers.floatUnits();
    try (Progress.Step step = progress.begin("trying layers in float", small.size())) {
      int tried = 0;
      for (Set<String> names : small) {
        OnnxModel model = layers.inFloatPassing(names);
        if (fuses(names, model)) {
          double removed = whole - squaredError(model);
          if (removed > 0) {
            worth.add(new Unit(names, removed, kernels(model)));
          }
        }
        step.at(++tried, "");
      }
    }
    worth.sort(Comparator.comparing(unit -> -unit.rate()));
    List<Unit> some = worth.subList(0, Math.min(TIMED, worth.size()));
    List<Double> costs =
        increases(some.stream().map(unit -> layers.inFloatPassing(unit.names())).toList());
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      units.add(new Unit(some.get(i).names(), some.get(i).worth(), costs.get(i)));
    }
    return units;
  }

  /** The set with those more that are worth most for their cost; null where none is worth any. */
  private Found next(Found at, List<Unit> units) {
    units.sort(Comparator.comparing(unit -> -unit.rate()));
    Map<Unit, Set<String>> unions = new LinkedHashMap<>();
    List<OnnxModel> models = new ArrayList<>();
    models.add(layers.inFloatPassing(at.names()));
    for (Unit unit : List.copyOf(units)) {
      Set<String> union = new HashSet<>(at.names());
      union.addAll(unit.names());
      OnnxModel model = layers.inFloatPassing(union);
      if (!fuses(union, model)) {
        units.remove(unit);
        continue;
      }
      unions.put(unit, union);
      models.add(model);
      if (unions.size() == TRIED) {
        break;
      }
    }
    List<Double> increases = increases(models);
    double base = increases.get(0);
    Found best = null;
    double bestRate = 0;
    int place = 0;
    for (Map.Entry<Unit, Set<String>> each : unions.entrySet()) {
      place++;
      double error = squaredError(models.get(place));
      Unit unit =
          new Unit(each.getKey().names(), at.squaredError() - error, increases.get(place) - base);
      units.set(units.indexOf(each.getKey()), unit);
      boolean tells = unit.worth() >= LEAST_WORTH * at.squaredError();
      if (tells && unit.rate() > bestRate) {
        bestRate = unit.rate();
        best = new Found(each.getValue(), error, increases.get(place));
      }
    }
    return best;
  }

  /** Whether ONNX Runtime runs all other layers in integers still. */
  private boolean fuses(Set<String> names, OnnxModel model) {
    long asked =
        names.stream().map(layers.operators()::get).filter(RunKernels::isFloatLayer).count();
    return RunKernels.of(model).floatLayers() - integers.floatLayers() <= asked;
  }

  /** A cost to begin with: kernels of float and conversions that a model has more, at least 1. */
  private double kernels(OnnxModel model) {
    RunKernels run = RunKernels.of(model);
    int more =
        run.floatLayers() + run.conversions() - integers.floatLayers() - integers.conversions();
    return Math.max(1, more);
  }

  private double squaredError(OnnxModel model) {
    double margin = reference.of("a candidate", model).margin();
    return margin * margin;
  }

  /**
   * Half of the way to the original's latency: a set that takes more is no bargain.
   *
   * @param original in float
   */
  double halfWay(OnnxModel original) {
    return FARTHEST * increases(List.of(original)).get(0);
  }

  /** How much more latency than the quantized model's each has, as a share. */
  private List<Double> increases(List<OnnxModel> models) {
    List<OnnxModel> all = new ArrayList<>();
    all.add(layers.compressed());
    all.addAll(models);
    return RunLatency.of(all, preprocessing, pictures.input(0), Progress.SILENT).stream()
        .skip(1)
        .map(RunLatency::increase)
        .toList();
  }
}
