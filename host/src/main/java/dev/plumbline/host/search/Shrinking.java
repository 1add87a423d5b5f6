package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.dataset.WholeNumberBounds;
import dev.plumbline.host.task.Scalars;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Makes the change of effective pictures smaller while they stay effective: bisection towards the
 * seed; turns of straightening, which leave of the change what the two margins ask for; then pixels
 * set back to the seed's in random groups, where a group may. After each part the confirming judge
 * is asked. Whole numbers are set back alone.
 */
final class Shrinking {
  private static final int BISECTIONS = 4;
  private static final int GROUPS = 8;
  private static final int TURNS = 4;

  /** How much of the original's margin a change may do without. */
  private static final double SPARE = 0.8;

  /** How much of what a change need not have is taken from it, tried one after the other. */
  private static final double[] STRAIGHTER = {0.05, 0.1, 0.2, 0.4, 0.7, 1};

  private final DifferentiableGraph original;
  private final DifferentiableGraph compressed;
  private final Classing classing;
  private final Confirming confirming;
  private final ArrayPreprocessing arrays;
  private final SearchSettings settings;

  /**
   * @param settings whose ball and least confidence hold before and after
   */
  Shrinking(
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      Classing classing,
      Confirming confirming,
      ArrayPreprocessing arrays,
      SearchSettings settings) {
    this.original = original;
    this.compressed = compressed;
    this.classing = classing;
    this.confirming = confirming;
    this.arrays = arrays;
    this.settings = settings;
  }

  /**
   * Effective pictures nearer to their seeds.
   *
   * @param pixels whole numbers of 0 to 255, each effective, confirmed and sure enough, N x C x H x
   *     W
   * @param seeds pixels of the seed of each
   */
  Judged shrink(NDArray pixels, NDArray seeds, SeedDecisions decided) {
    if (settings.tensors().orElse(null) instanceof WholeNumberBounds) {
      return classing.mutated(fewer(pixels, seeds, decided), decided.values());
    }
    // Brought to the device before that is given anything to compute.
    NDArray groups = groups(seeds, new SplittableRandom(settings.randomSeed()));
    NDArray nearer = confirmed(bisect(pixels, seeds, decided), pixels, decided);
    for (int turn = 0; turn < TURNS; turn++) {
      try (Intermediates made = Intermediates.open()) {
        nearer = made.keep(confirmed(straighten(nearer, seeds, decided), nearer, decided));
      }
    }
    NDArray nearest = confirmed(resetGroups(nearer, seeds, decided, groups), nearer, decided);
    return classing.mutated(nearest, decided.values());
  }

  /** Whole numbers, of which fewer differ from the seed's: nothing lies between two of them. */
  private NDArray fewer(NDArray pixels, NDArray seeds, SeedDecisions decided) {
    SplittableRandom random = new SplittableRandom(settings.randomSeed());
    NDArray fewest = pixels;
    for (int turn = 0; turn < TURNS; turn++) {
      try (Intermediates made = Intermediates.open()) {
        NDArray reset = resetGroups(fewest, seeds, decided, groups(seeds, random));
        fewest = made.keep(confirmed(reset, fewest, decided));
      }
    }
    return fewest;
  }

  /** Pictures as a part of the shrinking left them; as they were before where that is refused. */
  private NDArray confirmed(NDArray pixels, NDArray before, SeedDecisions decided) {
    return confirming
        .deviates(pixels, () -> classing.expected(pixels, decided))
        .map(deviates -> choose(deviates, pixels, before))
        .orElse(pixels);
  }

  private NDArray bisect(NDArray pixels, NDArray from, SeedDecisions decided) {
    NDArray whole = pixels.sub(from);
    NDArray best = pixels;
    PixelSteps steps = settings.around(from);
    NDArray far = arrays.place(pixels.getManager().ones(PixelSteps.forEach(pixels)));
    NDArray near = far.zerosLike();
    for (int i = 0; i < BISECTIONS; i++) {
      try (Intermediates made = Intermediates.open()) {
        NDArray middle = Scalars.dividedBy(near.add(far), 2);
        NDArray trial = from.add(steps.taken(whole.mul(middle)));
        NDArray holds = holds(trial, decided);
        best = made.keep(choose(holds, trial, best));
        far = made.keep(choose(holds, middle, far));
        near = made.keep(choose(holds, near, middle));
      }
    }
    return best;
  }

  /**
   * A change moves both margins by what it has along their slopes where it has come to; the rest of
   * it is only long. So it goes towards the shortest one that, to first order, keeps the compressed
   * model's margin and leaves the original's above zero: in whole pixel values, no further than the
   * compressed model's margin needs.
   */
  private NDArray straighten(NDArray pixels, NDArray from, SeedDecisions decided) {
    Slope ofOriginal = slope(original, pixels, rows -> decided.batch().held(rows, 0));
    NDArray down = slope(compressed, pixels, rows -> decided.batch().margins(rows)).byPixel().neg();
    NDArray change = PixelSteps.flat(pixels.sub(from));
    NDArray spare = Scalars.times(Scalars.atLeast(ofOriginal.margin(), 0), SPARE);
    NDArray shortest = shortest(change, down, ofOriginal.byPixel(), spare);
    PixelSteps whole = settings.around(from);
    NDArray best = pixels;
    for (double share : STRAIGHTER) {
      try (Intermediates made = Intermediates.open()) {
        NDArray direction = change.add(Scalars.times(shortest.sub(change), share));
        NDArray shorter =
            whole.reach(
                Scalars.times(change, 0),
                direction,
                change.square().mean(new int[] {1}, true).sqrt(),
                new PixelSteps.Goal(down, Slopes.dot(change, down)));
        NDArray trial = from.add(shorter.reshape(from.getShape()));
        best = made.keep(choose(holds(trial, decided).mul(nearer(trial, best, from)), trial, best));
      }
    }
    return best;
  }

  /**
   * The shortest change that goes as far along one direction and as far along another, less what
   * there is to spare; N x bytes.
   */
  private static NDArray shortest(NDArray change, NDArray down, NDArray up, NDArray spare) {
    NDArray alongDown = down.mul(Slopes.dot(change, down).div(squaredLength(down)));
    NDArray across = up.sub(down.mul(Slopes.dot(up, down).div(squaredLength(down))));
    NDArray missing =
        Scalars.atLeast(Slopes.dot(change, up).sub(spare).sub(Slopes.dot(alongDown, up)), 0);
    return alongDown.add(across.mul(missing.div(squaredLength(across))));
  }

  private static NDArray squaredLength(NDArray a) {
    return Scalars.atLeast(Slopes.dot(a, a), Float.MIN_NORMAL);
  }

  /**
   * A model's margin at some pictures.
   *
   * @param margin N x 1
   * @param byPixel how it rises with each pixel's value, N x bytes
   */
  private record Slope(NDArray margin, NDArray byPixel) {}

  private Slope slope(
      DifferentiableGraph graph, NDArray pixels, UnaryOperator<NDArray> marginOfRows) {
    try (Intermediates made = Intermediates.open()) {
      PixelGradient gradient = PixelGradient.of(graph, arrays, pixels, marginOfRows);
      return new Slope(made.keep(gradient.values()), made.keep(gradient.slopes()));
    }
  }

  /** 1 for each picture that is nearer to its seed than the other one, else 0; N x 1 x 1 x 1. */
  private static NDArray nearer(NDArray pictures, NDArray others, NDArray seeds) {
    return squares(pictures, seeds)
        .lt(squares(others, seeds))
        .toType(DataType.FLOAT32, false)
        .reshape(PixelSteps.forEach(seeds));
  }

  private static NDArray squares(NDArray pictures, NDArray seeds) {
    return PixelSteps.flat(pictures.sub(seeds)).square().sum(new int[] {1}, true);
  }

  /** The group of each pixel, 1 x C x H x W. */
  private NDArray groups(NDArray pictures, SplittableRandom random) {
    Shape one = new Shape(1).addAll(pictures.getShape().slice(1));
    long[] group = random.longs(one.size(), 0, GROUPS).toArray();
    return arrays.place(pictures.getManager().create(group, one));
  }

  private NDArray resetGroups(NDArray pixels, NDArray from, SeedDecisions decided, NDArray groups) {
    NDArray best = pixels;
    for (int g = 0; g < GROUPS; g++) {
      try (Intermediates made = Intermediates.open()) {
        NDArray reset = groups.eq(g).toType(DataType.FLOAT32, false);
        NDArray trial = best.sub(best.sub(from).mul(reset));
        best = made.keep(choose(holds(trial, decided), trial, best));
      }
    }
    return best;
  }

  /** 1 for each picture that is effective and sure enough, else 0; N x 1 x 1 x 1. */
  private NDArray holds(NDArray pixels, SeedDecisions decided) {
    return classing.effective(pixels, decided, settings.minConfidence());
  }

  /** Whole numbers stay whole, as the choice is 0 or 1. */
  private static NDArray choose(NDArray holds, NDArray then, NDArray otherwise) {
    return otherwise.add(then.sub(otherwise).mul(holds));
  }
}
