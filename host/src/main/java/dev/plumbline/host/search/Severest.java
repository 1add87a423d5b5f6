package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Scalars;
import dev.plumbline.host.task.Tasks;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Looks for the most severe deviation of each seed within a ball: the original is to keep its
 * decision by as much as the compressed model leaves it. A walk takes all its steps; {@link
 * DeepestFind} says how long they are and where they go out from.
 *
 * <p>The two models' slopes are nearly opposite to each other here, so that a step along either of
 * them gains for one what it loses for the other. A step has two parts: across the original's slope
 * it brings the models apart, with the momentum of the step before; along that slope it then shares
 * what lies between them equally. Where a least confidence is asked for, the original keeps no more
 * than that takes, and the compressed model has the rest.
 *
 * <p>Past a margin, only the compressed model's own margin counts, as long as the original holds:
 * it gets nearly all of what lies between the two.
 */
final class Severest implements SearchAlgorithm {
  static final String ID = "severity";

  /** Root mean square change of a pixel by the first steps. */
  static final float FIRST_LENGTH = 2;

  /** At least 0; empty for the most severe deviation. */
  private final OptionalDouble past;

  Severest() {
    this(OptionalDouble.empty());
  }

  private Severest(OptionalDouble past) {
    this.past = past;
  }

  @Override
  public SearchAlgorithm past(double margin) {
    return new Severest(OptionalDouble.of(margin));
  }

  @Override
  public Map<String, Object> kept() {
    return past.isPresent() ? Map.of(SearchSettings.PAST_MARGIN, past.getAsDouble()) : Map.of();
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<InputKind> moves() {
    return EnumSet.of(InputKind.PICTURES, InputKind.TENSORS);
  }

  @Override
  public int usualSteps() {
    return 108;
  }

  @Override
  public boolean keepsConfidence() {
    return true;
  }

  @Override
  public boolean seeksSeverity() {
    return true;
  }

  @Override
  public boolean seeksOwnMargin() {
    return past.isPresent();
  }

  @Override
  public Objective movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return new Ascent(
        settings.minConfidence(), Tasks.of(original).hasOwnMargin(), past.isPresent());
  }

  private static final class Ascent implements Objective {
    /** As published: what a step takes of its own direction, the rest being the last step's. */
    private static final double OWN_SHARE = 0.75;

    /** Slopes above this share of their root mean square count alike. */
    private static final double ALIKE = 0.5;

    /** Of decisions without a margin of their own: what the original keeps of the bound. */
    private static final double HELD = 0.05;

    /** What the original's margin gets of what lies between the two where it has only to hold. */
    private static final double LEAST_SHARE = 0.1;

    /**
     * The same above a least confidence, by the first steps; less by shorter ones. The closer, the
     * more is left for the compressed model, and the more steps end below.
     */
    private static final double RESERVE = 0.15;

    private static final double LEAST_RESERVE = 0.02;
    private static final double MOST_RESERVE = 1;

    /** Stands for a rise that no step reaches. */
    private static final double NO_BOUND = 1e9;

    private final double minConfidence;
    private final boolean hasOwnMargin;
    private final boolean onlyHolds;
    // Of the forward pass that the step belongs to.
    private PairMargins margins;

    Ascent(double minConfidence, boolean hasOwnMargin, boolean onlyHolds) {
      this.minConfidence = minConfidence;
      this.hasOwnMargin = hasOwnMargin;
      this.onlyHolds = onlyHolds;
    }

    @Override
    public NDArray loss(Forward forward) {
      PairMargins read = PairMargins.of(forward, minConfidence);
      margins = read.values();
      return read.sum();
    }

    @Override
    public NDArray move(Step step) {
      try (Intermediates made = Intermediates.open()) {
        return made.keep(moved(step));
      }
    }

    private NDArray moved(Step step) {
      NDArray seeds = step.arrays().toPixels(step.seeds());
      NDArray here = step.arrays().toPixels(step.inputs());
      PixelSteps pixels = step.settings().around(seeds);
      Trails trails = step.trails().orElseThrow();
      NDArray changed = PixelSteps.flat(here.sub(seeds));
      NDArray up = PixelGradient.slopes(step.originalGradient(), step.arrays());
      NDArray down = PixelGradient.slopes(step.compressedGradient(), step.arrays()).neg();

      NDArray wanted =
          onwards(across(down, up), PixelSteps.flat(here.sub(trails.before())), trails.lengths());
      NDArray length = size(wanted);
      NDArray apart =
          pixels.reach(
              changed,
              wanted,
              length,
              new PixelSteps.Goal(up, Scalars.times(length, 0).add(NO_BOUND)));
      NDArray gained = Slopes.dot(apart, up);
      NDArray rise =
          rise(
              margins.original().add(gained),
              margins.sure().add(gained),
              margins.compressed().add(step.apart()).neg().add(Slopes.dot(apart, down)),
              trails.lengths());
      NDArray towards = up.mul(rise.sign());
      NDArray shared =
          pixels.reach(
              changed.add(apart),
              towards,
              trails.lengths(),
              new PixelSteps.Goal(towards, rise.abs()));
      NDArray moved = changed.add(apart).add(shared).reshape(seeds.getShape());
      return step.arrays().toInput(seeds.add(moved));
    }

    /** What is left of a slope across another one. */
    private static NDArray across(NDArray slope, NDArray other) {
      return slope.sub(
          other.mul(
              Slopes.dot(slope, other)
                  .div(Scalars.atLeast(Slopes.dot(other, other), Float.MIN_NORMAL))));
    }

    /** A step of a length along a slope, with momentum. */
    private static NDArray onwards(NDArray slope, NDArray lastStep, NDArray length) {
      NDArray alike =
          Scalars.atLeast(Scalars.atMost(slope.div(Scalars.times(size(slope), ALIKE)), 1), -1);
      return alike
          .mul(Scalars.times(length.div(size(alike)), OWN_SHARE))
          .add(Scalars.times(lastStep, 1 - OWN_SHARE));
    }

    /**
     * By how much the original's margin is to rise; below 0 where it has more than it needs.
     *
     * @param margin of the original
     * @param sure what it has above the least confidence
     * @param beyond how far the compressed model is past its boundary
     */
    private NDArray rise(NDArray margin, NDArray sure, NDArray beyond, NDArray length) {
      if (!hasOwnMargin) {
        return Scalars.atLeast(sure.neg().add(HELD), 0);
      }
      NDArray between = sure.add(beyond);
      if (onlyHolds) {
        return Scalars.times(between, LEAST_SHARE).sub(sure);
      }
      NDArray alike = Scalars.dividedBy(beyond.sub(margin), 2);
      if (minConfidence == 0) {
        return alike;
      }
      NDArray reserve =
          Scalars.atMost(
              Scalars.atLeast(
                  between.mul(Scalars.times(length, RESERVE / FIRST_LENGTH)), LEAST_RESERVE),
              MOST_RESERVE);
      return alike.maximum(reserve.sub(sure));
    }

    /** Root mean square of each row, N x 1. */
    private static NDArray size(NDArray rows) {
      return Scalars.atLeast(rows.square().mean(new int[] {1}, true).sqrt(), Float.MIN_NORMAL);
    }
  }
}
