package dev.plumbline.host.precision;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.FolderLock;
import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunKernels;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.NewSearchCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Tries graphs between all layers in integers and all in float: what each costs in ONNX Runtime on
 * this machine, and what a new search from held-out seeds finds of it.
 *
 * @param original of the pair
 * @param quantized with QuantizeLinear and DequantizeLinear, made from the original
 * @param preprocessing of both models
 * @param provider runs models on clean pictures
 * @param judges devices on which latency counts beside the host
 */
public record PrecisionStudy(
    OnnxModel original,
    OnnxModel quantized,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    List<LatencyJudge> judges,
    Progress progress) {
  /** What layers are worth in float shows on as many clean pictures. */
  private static final int TRYING = 500;

  /**
   * What a study found.
   *
   * @param front all candidates, measured
   * @param measured what a new search finds of the quantized model and of the chosen one, from
   *     seeds that the choice was not made by
   * @param folder of the candidates' files
   */
  public record Result(PrecisionFront front, NewSearchCounts.BeforeAfter measured, Path folder) {
    public PrecisionPoint chosen() {
      return front.chosen();
    }

    /** The file of a point; the original has none there. */
    public Optional<Path> file(PrecisionPoint point) {
      return point.found().map(found -> folder.resolve(point.name() + ".onnx"));
    }

    /** Keys of answers. */
    public Map<String, Object> asMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("chosen", chosen().name());
      map.put(
          "max_latency_increase", front.budget().isPresent() ? front.budget().getAsDouble() : null);
      map.put("model", folder.resolve(chosen().name() + ".onnx").toString());
      map.put("sha256", chosen().model().sha256());
      map.put("new_search", Map.of("before", measured.before(), "after", measured.after()));
      List<Map<String, Object>> points = new ArrayList<>();
      for (PrecisionPoint point : front.points()) {
        Map<String, Object> each = point.asMap();
        each.put("file", file(point).map(Path::toString).orElse(null));
        each.put("best_by_latency", front.isBestByLatency(point));
        each.put("best_by_size", front.isBestBySize(point));
        points.add(each);
      }
      map.put("points", points);
      return map;
    }
  }

  /**
   * Measures, searches and chooses; what an earlier call that was cut off has done is not done
   * again.
   *
   * @param clean pictures that the quantized model was not calibrated on
   * @param search with seeds of such pictures
   * @param budget how much more latency than the quantized model's the chosen one may have, as a
   *     share; only candidates within it are searched then. Empty for the knee
   * @param data digest of the data, and which of them
   * @param folder of the candidates, empty, absent, or that of the same study
   * @throws BadInputException if the model cannot be cut, no candidate beside the quantized model
   *     is within the budget, or the folder holds something else
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public Result run(
      Dataset clean,
      NewSearch search,
      OptionalDouble budget,
      String data,
      long randomSeed,
      Path folder) {
    Map<String, String> key = new LinkedHashMap<>();
    key.put("original", original.sha256());
    key.put("quantized", quantized.sha256());
    key.put("new_search", search.id());
    key.put("clean_pictures", Integer.toString(clean.size()));
    key.put("data", data);
    key.put("random_seed", Long.toString(randomSeed));
    Optional<PrecisionRecord> begun =
        PrecisionRecord.in(folder, key).filter(record -> record.worthiest() != null);
    CompressedLayers layers = CompressedLayers.of(quantized, original);
    List<List<String>> worthiest =
        begun.map(PrecisionRecord::worthiest).orElseGet(() -> worthiest(layers, clean));
    List<PrecisionCandidate> candidates =
        PrecisionCandidate.of(original, layers, worthiest, progress);
    Map<String, RunLatency> latencies =
        begun.map(PrecisionRecord::latencies).orElseGet(() -> latencies(candidates, clean));
    Map<String, LatencyJudge.Measured> devices =
        devices(begun.map(PrecisionRecord::devices).orElse(Map.of()), candidates, clean);
    budget.ifPresent(
        share -> {
          requireOneWithin(candidates, latencies, share);
          requireOneOnDevices(candidates, latencies, devices, share);
        });
    return FolderLock.holding(
        folder,
        Duration.ZERO,
        () -> {
          new PrecisionRecord(key, worthiest, latencies, devices).write(folder);
          return measured(
              candidates, latencies, devices, clean, search, budget, randomSeed, folder);
        });
  }

  private List<List<String>> worthiest(CompressedLayers layers, Dataset clean) {
    Dataset some = Datasets.range(clean, Range.of(0, Math.min(TRYING, clean.size())));
    CleanError.Reference reference =
        new CleanError.Reference(original, some, preprocessing, provider, Progress.SILENT);
    WorthiestLayers search = new WorthiestLayers(layers, reference, preprocessing, some, progress);
    return search.find(search.halfWay(original));
  }

  private Map<String, RunLatency> latencies(List<PrecisionCandidate> candidates, Dataset clean) {
    List<RunLatency> measured =
        RunLatency.of(
            candidates.stream().map(PrecisionCandidate::model).toList(),
            preprocessing,
            clean.input(0),
            progress);
    Map<String, RunLatency> byName = new LinkedHashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      byName.put(candidates.get(i).name(), measured.get(i));
    }
    return byName;
  }

  /** What the devices that count measure, where an earlier call did not. */
  private Map<String, LatencyJudge.Measured> devices(
      Map<String, LatencyJudge.Measured> begun,
      List<PrecisionCandidate> candidates,
      Dataset clean) {
    List<OnnxModel> models = candidates.stream().map(PrecisionCandidate::model).toList();
    Map<String, LatencyJudge.Measured> devices = new LinkedHashMap<>();
    for (LatencyJudge judge : judges) {
      LatencyJudge.Measured known = begun.get(judge.id());
      devices.put(
          judge.id(), known == null ? judge.measure(models, clean.input(0), progress) : known);
    }
    return devices;
  }

  /** Whether each device runs a candidate, and within the budget where there is one. */
  private static boolean isWithin(
      PrecisionCandidate candidate,
      Map<String, LatencyJudge.Measured> devices,
      OptionalDouble budget) {
    double share = budget.orElse(Double.POSITIVE_INFINITY);
    return devices.values().stream()
        .allMatch(device -> device.isWithin(candidate.model().sha256(), share));
  }

  /**
   * @throws BadInputException if no candidate that is within a share more latency on the host is so
   *     on each device
   */
  static void requireOneOnDevices(
      List<PrecisionCandidate> candidates,
      Map<String, RunLatency> latencies,
      Map<String, LatencyJudge.Measured> devices,
      double share) {
    OptionalDouble budget = OptionalDouble.of(share);
    boolean one =
        candidates.stream()
            .filter(each -> each.kind() != PrecisionCandidate.Kind.INT8 && !each.isReference())
            .filter(each -> isWithin(latencies.get(each.name()), budget))
            .anyMatch(each -> isWithin(each, devices, budget));
    if (!one) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "no graph of higher precision of model %s takes at most %.1f %% more latency on the"
                  + " host and on %s, expected one",
              candidates.get(0).model().name(),
              100 * share,
              String.join(", ", devices.keySet())));
    }
  }

  private static boolean isWithin(RunLatency latency, OptionalDouble budget) {
    return budget.isEmpty() || latency.increase() <= budget.getAsDouble();
  }

  /**
   * @throws BadInputException if no candidate between the quantized model and the original is
   *     within a share more latency
   */
  static void requireOneWithin(
      List<PrecisionCandidate> candidates, Map<String, RunLatency> latencies, double share) {
    double least =
        candidates.stream()
            .filter(each -> each.kind() != PrecisionCandidate.Kind.INT8 && !each.isReference())
            .mapToDouble(each -> latencies.get(each.name()).increase())
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    if (least > share) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "the cheapest graph of higher precision of model %s takes %.1f %% more latency,"
                  + " expected one within the %.1f %% that are allowed",
              candidates.get(0).model().name(),
              100 * least,
              100 * share));
    }
  }

  private Result measured(
      List<PrecisionCandidate> candidates,
      Map<String, RunLatency> latencies,
      Map<String, LatencyJudge.Measured> devices,
      Dataset clean,
      NewSearch search,
      OptionalDouble budget,
      long randomSeed,
      Path folder) {
    CleanError.Reference reference =
        new CleanError.Reference(original, clean, preprocessing, provider, progress);
    List<PrecisionPoint> measured = new ArrayList<>();
    for (PrecisionCandidate each : candidates) {
      measured.add(
          new PrecisionPoint(
              each,
              latencies.get(each.name()),
              of(each, devices, LatencyJudge.Measured::latencies),
              of(each, devices, LatencyJudge.Measured::refusals),
              RunKernels.of(each.model()),
              reference.of(each.name(), each.model()),
              Optional.empty()));
    }
    List<PrecisionPoint> points = new ArrayList<>();
    for (PrecisionPoint each : measured) {
      PrecisionPoint point = each;
      if (!each.candidate().isReference()
          && isWithin(each.latency(), budget)
          && isWithin(each.candidate(), devices, budget)
          && measured.stream().noneMatch(each::isBeatenBy)) {
        each.model().write(folder.resolve(each.name() + ".onnx"));
        point =
            each.with(
                found(
                    each.candidate(),
                    search,
                    search.seeds().choosing(),
                    "choosing",
                    randomSeed,
                    folder));
      }
      points.add(point);
      progress.say(point.name() + ": " + point.candidate().text() + ": " + inWords(point));
    }
    PrecisionFront front = new PrecisionFront(points, budget);
    Dataset others = search.seeds().measuring();
    NewSearchCounts before =
        found(candidates.get(0), search, others, "measuring", randomSeed, folder);
    NewSearchCounts after =
        found(front.chosen().candidate(), search, others, "measuring", randomSeed, folder);
    return new Result(front, new NewSearchCounts.BeforeAfter(before, after), folder);
  }

  /** What each device that has something to say of a candidate says. */
  private static <T> Map<String, T> of(
      PrecisionCandidate candidate,
      Map<String, LatencyJudge.Measured> devices,
      Function<LatencyJudge.Measured, Map<String, T>> part) {
    Map<String, T> said = new LinkedHashMap<>();
    devices.forEach(
        (id, measured) -> {
          T own = part.apply(measured).get(candidate.model().sha256());
          if (own != null) {
            said.put(id, own);
          }
        });
    return said;
  }

  private static String inWords(PrecisionPoint point) {
    return String.format(
        Locale.ROOT,
        "%+.1f %% latency, margin error %.3f%s",
        100 * point.latency().increase(),
        point.clean().margin(),
        point.found().map(found -> ", " + found.inWords()).orElse(", not searched"));
  }

  private NewSearchCounts found(
      PrecisionCandidate candidate,
      NewSearch search,
      Dataset seeds,
      String name,
      long randomSeed,
      Path folder) {
    Path own = folder.resolve("searches").resolve(candidate.name()).resolve(name);
    return search.counts(candidate.model(), original.sha256(), seeds, own, randomSeed, progress);
  }
}
