package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.FloatBounds;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.MaxChanges;
import dev.plumbline.host.dataset.TensorBounds;
import dev.plumbline.host.dataset.TensorReach;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.onnx.ModelContract;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How a search goes. {@link #of} takes what jobs and options say, {@link #json} is what corpora
 * keep.
 *
 * @param algorithm how a batch moves
 * @param steps mutations of each seed, at least 1; 10 as published
 * @param rate of gradient descent on the normalised input, above 0; 0.9 as published
 * @param clip the most that one step changes a normalised input, by channel of the pictures (RGB);
 *     as published the variance of the training pixels on the [0,1] range, taken as it is. Of a
 *     model that takes 0 to 255 it is the most that a step changes a pixel on the [0,1] range.
 *     Empty until it is known; an algorithm whose steps it bounds needs it
 * @param coverageWeight weight of a neuron's pre-activation in the loss, at least 0; 20 as
 *     published
 * @param epsilon the most that a pixel may differ from the seed's, on the [0,1] range, above 0 and
 *     at most 1; of {@code boundary}, {@code severity} and {@code noise}, as the published
 *     algorithms have no such bound
 * @param minConfidence confidence of the original that {@code boundary} and {@code severity} ask of
 *     a deviation, 0 to below 1; 0 asks for none
 * @param close which valid pictures the corpus keeps
 * @param confirmInWalk whether the host has the last word on what the proxy calls effective
 * @param batch seeds that walk together, at least 1; empty for as many as memory has room for, on a
 *     CPU 64 at most
 * @param randomSeed the same one gives the same mutated pictures
 * @param reach how far tensors may be changed, in the place of {@code epsilon}
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.NONE,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public record SearchSettings(
    SearchAlgorithm algorithm,
    int steps,
    double rate,
    List<Float> clip,
    double coverageWeight,
    double epsilon,
    double minConfidence,
    CloseValid close,
    boolean confirmInWalk,
    OptionalInt batch,
    long randomSeed,
    TensorReach reach) {
  /** The usual radius of the ball around a seed: 8 of 255. */
  public static final double USUAL_EPSILON = 8.0 / 255;

  /** Steps, rate and weight as published. */
  public static final int PUBLISHED_STEPS = 10;

  public static final double PUBLISHED_RATE = 0.9;
  public static final double PUBLISHED_COVERAGE_WEIGHT = 20;

  private static final String ALGORITHM = "algorithm";
  private static final String STEPS = "steps";
  static final String EPSILON = "epsilon";
  static final String MAX_CHANGES = "max_changes";
  static final String KEEP_VALUES = "keep_values";
  private static final String MIN_CONFIDENCE = "min_confidence";
  private static final String KEEP_CLOSE = "keep_close";
  private static final String CLOSE_PER_SEED = "close_per_seed";
  private static final String CONFIRM_IN_WALK = "confirm_in_walk";
  private static final String BATCH = "batch";
  private static final String RATE = "rate";
  private static final String CLIP = "clip";
  private static final String COVERAGE_WEIGHT = "coverage_weight";
  private static final String RANDOM_SEED = "random_seed";
  static final String PAST_MARGIN = "past_margin";

  /**
   * What a job or a user says, under the keys of a job; what is absent is as usual. Clip and random
   * seed are not said here.
   *
   * @throws BadInputException if a number is out of its range, there is no such algorithm, or it
   *     has no such bound
   */
  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public static SearchSettings of(
      @JsonProperty(ALGORITHM) Optional<String> algorithm,
      @JsonProperty(STEPS) Optional<Integer> steps,
      @JsonProperty(EPSILON) Optional<Epsilon> epsilon,
      @JsonProperty(MAX_CHANGES) Optional<MaxChanges> maxChanges,
      @JsonProperty(KEEP_VALUES) Optional<List<Integer>> keptValues,
      @JsonProperty(MIN_CONFIDENCE) Optional<Double> minConfidence,
      @JsonProperty(KEEP_CLOSE) Optional<Double> keepClose,
      @JsonProperty(CLOSE_PER_SEED) Optional<Integer> closePerSeed,
      @JsonProperty(CONFIRM_IN_WALK) Optional<Boolean> confirmInWalk,
      @JsonProperty(BATCH) Optional<Integer> batch) {
    SearchAlgorithm chosen = SearchAlgorithms.byName(algorithm.orElse(SearchAlgorithms.USUAL));
    requireKept(MIN_CONFIDENCE, minConfidence.orElse(0.0), chosen);
    return new SearchSettings(
        chosen,
        steps.orElse(chosen.usualSteps()),
        PUBLISHED_RATE,
        List.of(),
        PUBLISHED_COVERAGE_WEIGHT,
        epsilon.filter(Epsilon::isOfPixels).map(Epsilon::ofRange).orElse(USUAL_EPSILON),
        minConfidence.orElse(0.0),
        new CloseValid(
            keepClose.orElse(CloseValid.USUAL_MARGIN),
            closePerSeed.orElse(CloseValid.USUAL_PER_SEED)),
        confirmInWalk.orElse(true),
        batch.map(OptionalInt::of).orElse(OptionalInt.empty()),
        0,
        TensorReach.asked(epsilon, maxChanges, keptValues.orElse(List.of())));
  }

  /**
   * The usual settings of an algorithm.
   *
   * @param algorithm its name
   */
  public static SearchSettings usual(String algorithm) {
    return usual(algorithm, Optional.empty());
  }

  /**
   * The usual settings of an algorithm within a bound.
   *
   * @param algorithm its name
   * @param epsilon empty for the usual one
   */
  public static SearchSettings usual(String algorithm, Optional<Epsilon> epsilon) {
    return of(
        Optional.of(algorithm),
        Optional.empty(),
        epsilon,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Refuses a least confidence that the algorithm does not heed.
   *
   * @param name what a user calls it: a key, an option
   */
  public static void requireKept(String name, double minConfidence, SearchAlgorithm algorithm) {
    if (minConfidence > 0 && !algorithm.keepsConfidence()) {
      throw new BadInputException(
          name
              + " is given with the algorithm "
              + algorithm.id()
              + ", which has no such bound; expected "
              + SearchAlgorithms.namesOf(SearchAlgorithm::keepsConfidence));
    }
  }

  /** Whether a number is one that {@link #minConfidence} may be. */
  public static boolean isMinConfidence(double number) {
    return number >= 0 && number < 1;
  }

  /** What corpora keep of these: each with the name of its key. */
  public Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(ALGORITHM, algorithm.id());
    map.putAll(algorithm.kept());
    map.put(STEPS, steps);
    map.put(RATE, rate);
    map.put(CLIP, clip);
    map.put(COVERAGE_WEIGHT, coverageWeight);
    reach
        .bounds()
        .ifPresentOrElse(
            bounds -> map.putAll(KeptTensorBounds.json(bounds)), () -> map.put(EPSILON, epsilon));
    map.put(MIN_CONFIDENCE, minConfidence);
    // What fits into a GPU's free memory is another number every time, and of no meaning.
    batch.ifPresent(seeds -> map.put(BATCH, seeds));
    map.put(CONFIRM_IN_WALK, confirmInWalk);
    map.put(KEEP_CLOSE, close.margin());
    map.put(CLOSE_PER_SEED, close.perSeed());
    map.put(RANDOM_SEED, randomSeed);
    return map;
  }

  /**
   * What {@link #json} wrote.
   *
   * @param kept what a corpus or a job keeps; what else it has is not looked at
   * @param shape of the seeds
   * @throws BadInputException if a key is missing, or its value is of another kind
   */
  public static SearchSettings ofKept(Map<String, Object> kept, InputShape shape) {
    SearchAlgorithm named = SearchAlgorithms.byName(String.valueOf(kept.get(ALGORITHM)));
    TensorReach reach = TensorReach.USUAL;
    double epsilon = USUAL_EPSILON;
    if (shape instanceof TensorShape tensors) {
      reach = reach.within(KeptTensorBounds.read(kept, tensors, reach));
    } else {
      epsilon = number(kept, EPSILON).doubleValue();
    }
    return new SearchSettings(
        kept.containsKey(PAST_MARGIN) ? named.past(number(kept, PAST_MARGIN).doubleValue()) : named,
        number(kept, STEPS).intValue(),
        number(kept, RATE).doubleValue(),
        clip(kept),
        number(kept, COVERAGE_WEIGHT).doubleValue(),
        epsilon,
        number(kept, MIN_CONFIDENCE).doubleValue(),
        new CloseValid(
            number(kept, KEEP_CLOSE).doubleValue(), number(kept, CLOSE_PER_SEED).intValue()),
        Boolean.TRUE.equals(kept.get(CONFIRM_IN_WALK)),
        kept.containsKey(BATCH)
            ? OptionalInt.of(number(kept, BATCH).intValue())
            : OptionalInt.empty(),
        number(kept, RANDOM_SEED).longValue(),
        reach);
  }

  private static Number number(Map<String, Object> kept, String key) {
    if (kept.get(key) instanceof Number number) {
      return number;
    }
    throw new BadInputException(
        "the search's " + key + " is " + kept.get(key) + ", expected a number");
  }

  private static List<Float> clip(Map<String, Object> kept) {
    if (kept.get(CLIP) instanceof List<?> list
        && list.stream().allMatch(Number.class::isInstance)) {
      return list.stream().map(each -> ((Number) each).floatValue()).toList();
    }
    throw new BadInputException(
        "the search's clip is " + kept.get(CLIP) + ", expected a list of numbers");
  }

  /** Bounds of tensors; empty for pictures, and until the seeds are known. */
  public Optional<TensorBounds> tensors() {
    return reach.bounds();
  }

  /** The clip that follows from pictures: the variance of their pixels by channel. */
  public static List<Float> variance(Dataset pictures) {
    return ChannelStatistics.of(pictures).variance().stream().map(Double::floatValue).toList();
  }

  /**
   * The most that a published step changes an input, by channel; of tensors one for all numbers.
   *
   * @param shape of the inputs
   */
  List<Float> clipOfStep(InputShape shape) {
    if (!clip.isEmpty()) {
      return clip;
    }
    if (tensors().orElse(null) instanceof FloatBounds bounds) {
      return List.of((float) bounds.variance());
    }
    return Collections.nCopies(shape.requirePictures().channels(), Float.MAX_VALUE);
  }

  /** These, with a clip. */
  public SearchSettings withClip(List<Float> byChannel) {
    return with(copy -> copy.clip = byChannel);
  }

  /** These, for tensors within bounds. */
  public SearchSettings withTensors(TensorBounds bounds) {
    return withReach(reach.within(bounds));
  }

  /**
   * These, within the bounds that follow from tensors.
   *
   * @param seeds tensors that the search begins from, all of which are looked at
   * @param model says whether it takes whole numbers
   * @throws BadInputException if what was said does not go with them
   */
  public SearchSettings withTensors(Dataset seeds, ModelContract model) {
    return withReach(
        model.takesWholeNumbers() ? reach.ofWholeNumbers(seeds) : reach.ofFloats(seeds));
  }

  private SearchSettings withReach(TensorReach changed) {
    return with(copy -> copy.reach = changed);
  }

  /**
   * These, within the bounds that a corpus of tensors was found within, unless others were said.
   *
   * @param kept settings of the corpus
   * @param shape of its tensors
   * @throws BadInputException if the corpus does not keep them, or what was said does not go with
   *     them
   */
  public SearchSettings withTensorsOf(Map<String, Object> kept, TensorShape shape) {
    return withTensors(KeptTensorBounds.read(kept, shape, reach));
  }

  /**
   * How inputs may be moved, other than whole numbers.
   *
   * @param seeds pixels of 0 to 255, or tensors in steps
   */
  PixelSteps around(NDArray seeds) {
    return tensors().orElse(null) instanceof FloatBounds bounds
        ? PixelSteps.around(seeds, bounds)
        : PixelSteps.around(seeds, epsilon);
  }

  /**
   * These, for deviations whose margin for the compressed model's own decision is at least this,
   * where the algorithm has such a goal.
   */
  public SearchSettings past(double margin) {
    return with(copy -> copy.algorithm = algorithm.past(margin));
  }

  /** These, with a random seed. */
  public SearchSettings withRandomSeed(long seed) {
    return with(copy -> copy.randomSeed = seed);
  }

  /** These, with so many seeds that walk together; empty for as many as memory has room for. */
  public SearchSettings withBatch(OptionalInt seeds) {
    return with(copy -> copy.batch = seeds);
  }

  /**
   * A search by {@code boundary} for deviations on which the original stays sure, with the bounds
   * on inputs, the confirming judge and the batch of this search; it keeps no valid pictures.
   *
   * @param confidence the least of the original, 0 to below 1
   */
  public SearchSettings forConfidence(double confidence) {
    SearchAlgorithm boundary = SearchAlgorithms.byName(SearchAlgorithms.USUAL);
    return with(
        copy -> {
          copy.algorithm = boundary;
          copy.steps = boundary.usualSteps();
          copy.minConfidence = confidence;
          copy.close = new CloseValid(CloseValid.USUAL_MARGIN, 0);
        });
  }

  /**
   * A search for the deviations that get furthest past any guard, with the bounds on inputs, the
   * confirming judge and the batch of this search; it keeps no valid pictures.
   *
   * @param wholeNumbers whether the models take whole numbers
   */
  public SearchSettings pastGuard(boolean wholeNumbers) {
    SearchAlgorithm deepest =
        SearchAlgorithms.byName(SearchAlgorithms.pastGuard(wholeNumbers)).past(0);
    return with(
        copy -> {
          copy.algorithm = deepest;
          copy.steps = deepest.usualSteps();
          copy.minConfidence = 0;
          copy.close = new CloseValid(CloseValid.USUAL_MARGIN, 0);
        });
  }

  /** These, where the host has the last word or the proxy. */
  public SearchSettings withConfirmInWalk(boolean confirms) {
    return with(copy -> copy.confirmInWalk = confirms);
  }

  /**
   * @throws BadInputException if a number is out of its range
   */
  public SearchSettings {
    clip = List.copyOf(clip);
    require(steps >= 1, "steps", steps, "at least 1");
    require(rate > 0 && Double.isFinite(rate), "rate", rate, "above 0");
    require(
        coverageWeight >= 0 && Double.isFinite(coverageWeight),
        "coverage weight",
        coverageWeight,
        "at least 0");
    require(epsilon > 0 && epsilon <= 1, "epsilon", epsilon, "above 0 and at most 1");
    require(
        isMinConfidence(minConfidence),
        "least confidence",
        minConfidence,
        "at least 0 and below 1");
    batch.ifPresent(seeds -> require(seeds >= 1, "batch", seeds, "at least 1"));
    for (float bound : clip) {
      require(bound > 0 && Float.isFinite(bound), "clip", bound, "above 0");
    }
  }

  private SearchSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.settings();
  }

  /** Settings that are being changed. */
  private static final class Copy {
    private final SearchSettings from;
    private SearchAlgorithm algorithm;
    private int steps;
    private List<Float> clip;
    private double minConfidence;
    private CloseValid close;
    private boolean confirmInWalk;
    private OptionalInt batch;
    private long randomSeed;
    private TensorReach reach;

    private Copy(SearchSettings from) {
      this.from = from;
      algorithm = from.algorithm;
      steps = from.steps;
      clip = from.clip;
      minConfidence = from.minConfidence;
      close = from.close;
      confirmInWalk = from.confirmInWalk;
      batch = from.batch;
      randomSeed = from.randomSeed;
      reach = from.reach;
    }

    private SearchSettings settings() {
      return new SearchSettings(
          algorithm,
          steps,
          from.rate,
          clip,
          from.coverageWeight,
          from.epsilon,
          minConfidence,
          close,
          confirmInWalk,
          batch,
          randomSeed,
          reach);
    }
  }

  private static void require(boolean holds, String what, Object found, String expected) {
    if (!holds) {
      throw new BadInputException(
          "the search's " + what + " is " + found + ", expected " + expected);
    }
  }
}
