package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.WholeNumberBounds;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Scalars;
import dev.plumbline.host.task.Tasks;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A walk along the boundary of the compressed model, on the side where the original holds. The
 * margin of a model is that of the seed's decision; a picture is effective where the compressed
 * model's is below zero and the original's above. The walk goes from 8-bit picture to 8-bit
 * picture, never leaves a ball around the seed, ends at the first effective picture, and the change
 * that it took is then made smaller.
 *
 * <p>Where a least confidence is asked for, the original's margin is how far the log of its odds is
 * above those of that confidence, if that is less.
 *
 * <p>Where the confirming judge refused a picture of the walk, the compressed model's margin counts
 * from then on as so much higher as the judge's was.
 *
 * <p>Decisions that are numbers have no such boundary: {@link Parting} is the walk there. Inputs
 * that are whole numbers have no gradient: {@link Replacing} is the walk with them.
 *
 * <p>Past a margin, the boundary lies where the compressed model's margin for the seed's decision
 * is that far below zero: a decision of its own can have that margin from there on. Whether it has,
 * a third decision may be near, only the model as it is deployed tells; so the walk never ends
 * early and nothing is made smaller.
 */
final class Boundary implements SearchAlgorithm {
  /** At least 0; 0 for any deviation. */
  private final double past;

  Boundary() {
    this(0);
  }

  private Boundary(double past) {
    this.past = past;
  }

  @Override
  public SearchAlgorithm past(double margin) {
    return new Boundary(margin);
  }

  @Override
  public Map<String, Object> kept() {
    return past > 0 ? Map.of(SearchSettings.PAST_MARGIN, past) : Map.of();
  }

  @Override
  public String id() {
    return "boundary";
  }

  @Override
  public Set<InputKind> moves() {
    return EnumSet.allOf(InputKind.class);
  }

  @Override
  public int usualSteps() {
    return 30;
  }

  @Override
  public Movement movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    if (settings.tensors().orElse(null) instanceof WholeNumberBounds bounds) {
      return new Replacing(bounds, past);
    }
    return Tasks.of(original).decidesNumbers()
        ? new Parting()
        : new Walk(settings.minConfidence(), past);
  }

  @Override
  public boolean isDone(MutatedPicture latest, SearchSettings settings) {
    return past == 0
        && latest.pictureClass() == PictureClass.EFFECTIVE
        && latest.originalDecision().confidence() >= settings.minConfidence();
  }

  @Override
  public boolean keepsConfidence() {
    return true;
  }

  @Override
  public boolean shrinks() {
    return past == 0;
  }

  /**
   * A step has two parts, both found by the models' slopes and taken in whole pixel values. The
   * first brings the original's margin to where it is to be held. The second, across the original's
   * slope, lowers the compressed model's margin alone. Numbers were chosen on a ResNet-8, a
   * ResNet-18, a ResNet-20, a VGG-11 and compressed versions of them; they are in logits and in
   * steps of 1/255.
   */
  private static final class Walk implements Objective {
    /** The original is held at this share of what lies between the two models' margins. */
    private static final double HELD = 0.85;

    /** The compressed model's margin is to fall below zero by this share of that. */
    private static final double BEYOND = 0.3;

    private static final double LEAST_HELD = 0.02;
    private static final double MOST_HELD = 1;

    /** How much of the way down to that margin a step goes: slopes change on the way. */
    private static final double WAY = 0.85;

    /** On the way down, how much of the original's slope is held against the compressed one's. */
    private static final double HOLD = 0.4;

    /** The original's margin from which on a step has a second part. */
    private static final double NEAR = 0.5;

    /** Root mean square change of a pixel by the first step at most, and by the last. */
    private static final double LARGEST_STEP = 0.8;

    private static final double LAST_STEP = 0.5;
    private static final double SECOND_PART = 0.5;

    /**
     * Share of the steps after which all pixels go as far, where the original is not near: the few
     * of large slope, which moved before, are at the edge of the ball by then.
     */
    private static final double SIGNED_FROM = 0.4;

    /** And by how much less of the way down these go: they meet the boundary less squarely. */
    private static final double SIGNED_SHORTER = 0.2;

    /** Stands for a margin that does not bound a step. */
    private static final double NO_BOUND = 1e9;

    private final double minConfidence;
    private final double past;
    // Of the forward pass that the step belongs to.
    private PairMargins margins;

    Walk(double minConfidence, double past) {
      this.minConfidence = minConfidence;
      this.past = past;
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
      PixelSteps pixels = step.settings().around(seeds);
      NDArray changed = PixelSteps.flat(step.arrays().toPixels(step.inputs()).sub(seeds));
      NDArray up = PixelGradient.slopes(step.originalGradient(), step.arrays());
      NDArray down = PixelGradient.slopes(step.compressedGradient(), step.arrays()).neg();
      NDArray most = largest(step);

      NDArray ofOriginal = margins.sure();
      NDArray asDeployed = margins.compressed().add(step.apart());
      asDeployed = past > 0 ? asDeployed.add(past) : asDeployed;
      NDArray apart = ofOriginal.sub(asDeployed).abs();
      NDArray held =
          Scalars.atMost(Scalars.atLeast(Scalars.times(apart, HELD), LEAST_HELD), MOST_HELD);
      NDArray above = ofOriginal.sub(held);
      NDArray descends = mask(above.gt(0));
      NDArray climbs = descends.neg().add(1);
      NDArray left = asDeployed.add(Scalars.times(held, BEYOND));

      NDArray direction = up.add(down.add(Scalars.times(up, HOLD - 1)).mul(descends));
      NDArray far = late(step).mul(mask(ofOriginal.gt(NEAR)));
      direction = direction.add(direction.sign().sub(direction).mul(far));
      NDArray first =
          pixels.reach(
              changed,
              direction,
              most,
              new PixelSteps.Goal(
                  up.mul(above.sign().neg()),
                  above
                      .abs()
                      .mul(
                          Scalars.times(descends, WAY - 1)
                              .add(1)
                              .sub(Scalars.times(far, SIGNED_SHORTER)))),
              // Where the models leave for different labels, one may get there far before the
              // other.
              new PixelSteps.Goal(
                  down,
                  Scalars.atLeast(left, NEAR / 5)
                      .mul(descends)
                      .add(Scalars.times(climbs, NO_BOUND))));
      NDArray reached = changed.add(first);

      NDArray across =
          down.sub(
              up.mul(
                  Slopes.dot(down, up).div(Scalars.atLeast(Slopes.dot(up, up), Float.MIN_NORMAL))));
      NDArray rest = left.sub(Slopes.dot(first, down));
      NDArray near =
          mask(ofOriginal.lt(Scalars.times(apart, 2).add(NEAR)))
              .maximum(mask(above.abs().lte(Scalars.times(Slopes.dot(first, up).abs(), 1.5))))
              .mul(mask(rest.gt(0)));
      NDArray second =
          pixels
              .reach(
                  reached,
                  across,
                  Scalars.times(most, SECOND_PART),
                  new PixelSteps.Goal(down, Scalars.atLeast(rest, 0)))
              .mul(near);
      NDArray moved = reached.add(second).reshape(seeds.getShape());
      return step.arrays().toInput(seeds.add(moved));
    }

    /** 1 for each picture that has made so many of its steps, else 0; N x 1. */
    private static NDArray late(Step step) {
      return mask(step.numbers().gt(SIGNED_FROM * step.settings().steps()));
    }

    private static NDArray mask(NDArray holds) {
      return holds.toType(DataType.FLOAT32, false);
    }

    /** Steps that shrink from the first to the last. */
    private static NDArray largest(Step step) {
      NDArray done = Scalars.dividedBy(step.numbers().sub(1), (double) step.settings().steps());
      return Scalars.times(done, LAST_STEP - LARGEST_STEP)
          .add(LARGEST_STEP)
          .toType(DataType.FLOAT32, false);
    }
  }
}
