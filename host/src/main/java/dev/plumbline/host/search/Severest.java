package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.onnx.OnnxModel;
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
 * what lies between them equally.
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
    return past.isPresent() ? Map.of("past_margin", past.getAsDouble()) : Map.of();
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
    return 120;
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
        settings.minConfidence(),
        Tasks.of(original).hasOwnMargin(),
        past.isPresent() ? Ascent.LEAST_SHARE : Ascent.EQUAL_SHARE);
  }

  private static final class Ascent implements Objective {
    /** As published: what a step takes of its own direction, the rest being the last step's. */
    private static final double OWN_SHARE = 0.75;

    /** Slopes above this share of their root mean square count alike. */
    private static final double ALIKE = 0.5;

    /** Of decisions without a margin of their own: what the original keeps of the bound. */
    private static final double HELD = 0.05;

    /** What the original's margin gets of what lies between the two. */
    private static final double EQUAL_SHARE = 0.5;

    /** And where it has only to hold. */
    private static final double LEAST_SHARE = 0.1;

    /** Stands for a rise that no step reaches. */
    private static final double NO_BOUND = 1e9;

    private final double minConfidence;
    private final boolean hasOwnMargin;
    private final double share;
    // N x 1, from the forward pass that the step belongs to.
    private NDArray held;
    private NDArray past;

    Ascent(double minConfidence, boolean hasOwnMargin, double share) {
      this.minConfidence = minConfidence;
      this.hasOwnMargin = hasOwnMargin;
      this.share = share;
    }

    @Override
    public NDArray loss(Forward forward) {
      NDArray original = forward.seeds().held(forward.original().logits(), minConfidence);
      NDArray compressed = forward.expected().margins(forward.compressed().logits());
      held = original.stopGradient();
      past = compressed.stopGradient().neg();
      return original.add(compressed).sum();
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
              changed, wanted, length, new PixelSteps.Goal(up, length.mul(0).add(NO_BOUND)));
      NDArray rise =
          rise(
              held.add(Slopes.dot(apart, up)), past.sub(step.apart()).add(Slopes.dot(apart, down)));
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
              Slopes.dot(slope, other).div(Slopes.dot(other, other).maximum(Float.MIN_NORMAL))));
    }

    /** A step of a length along a slope, with momentum. */
    private static NDArray onwards(NDArray slope, NDArray lastStep, NDArray length) {
      NDArray alike = slope.div(size(slope).mul(ALIKE)).minimum(1).maximum(-1);
      return alike.mul(length.div(size(alike)).mul(OWN_SHARE)).add(lastStep.mul(1 - OWN_SHARE));
    }

    /** By how much the original's margin is to rise; below 0 where it has more than it needs. */
    private NDArray rise(NDArray margin, NDArray beyond) {
      if (!hasOwnMargin) {
        return margin.neg().add(HELD).maximum(0);
      }
      return share == EQUAL_SHARE
          ? beyond.sub(margin).div(2)
          : beyond.add(margin).mul(share).sub(margin);
    }

    /** Root mean square of each row, N x 1. */
    private static NDArray size(NDArray rows) {
      return rows.square().mean(new int[] {1}, true).sqrt().maximum(Float.MIN_NORMAL);
    }
  }
}
