package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.search.Trail.Kept;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Walks that take all their steps and of whose deviations the most severe is told. Steps, checks
 * and restarts from the best picture are those of Auto-PGD (Croce, Hein, "Reliable evaluation of
 * adversarial robustness with an ensemble of diverse parameter-free attacks", 2020): where there is
 * no progress steps become half as long.
 */
final class DeepestFind implements Course {
  /** Parts of a walk: the first begins at the seed, the others at random places in the ball. */
  private static final int PARTS = 3;

  /** A part of fewer steps finds little. */
  private static final int LEAST_STEPS = 20;

  /**
   * As published: when progress is checked, as shares of a part, and how many steps are to rise.
   */
  private static final double FIRST_CHECK = 0.22;

  private static final double EARLIER = 0.03;
  private static final double LEAST_SHARE = 0.06;
  private static final double RISING = 0.75;

  private final Task task;
  private final ArrayPreprocessing arrays;
  private final NDManager manager;
  private final Seeds seeds;
  private final SearchSettings settings;
  private final Telling telling;
  private final EndedWalks ended;
  private final int part;
  private final Set<Integer> checks;

  DeepestFind(
      Task task,
      ArrayPreprocessing arrays,
      NDManager manager,
      Seeds seeds,
      SearchSettings settings,
      Telling telling,
      EndedWalks ended) {
    this.task = task;
    this.arrays = arrays;
    this.manager = manager;
    this.seeds = seeds;
    this.settings = settings;
    this.telling = telling;
    this.ended = ended;
    int parts = Math.max(1, Math.min(PARTS, settings.steps() / LEAST_STEPS));
    this.part = (settings.steps() + parts - 1) / parts;
    this.checks = checks(part);
  }

  /** Steps of a part after which its progress is checked. */
  static Set<Integer> checks(int part) {
    Set<Integer> checks = new HashSet<>();
    double before = 0;
    double share = FIRST_CHECK;
    while (check(share, part) < part) {
      checks.add(check(share, part));
      double next = share + Math.max(share - before - EARLIER, LEAST_SHARE);
      before = share;
      share = next;
    }
    return checks;
  }

  private static int check(double share, int part) {
    // Sums of shares come out a little above whole numbers.
    return (int) Math.ceil(share * part - 1e-9);
  }

  @Override
  public Walker begin(int number, Input seed, Decision decision) {
    Trail trail = Trail.from(0, seed.bytes(), Severest.FIRST_LENGTH, Kept.NOTHING);
    return new Walker(number, 1, decision, false, 0, Optional.of(trail));
  }

  @Override
  public List<Optional<Walker>> after(
      List<Walker> walkers, List<MutatedPicture> pictures, Confirmed confirmed) {
    float[] values = values(walkers, confirmed);
    List<Optional<Walker>> after = new ArrayList<>();
    for (int row = 0; row < walkers.size(); row++) {
      Walker walker = walkers.get(row);
      MutatedPicture mutated = pictures.get(row);
      Kept kept = kept(walker.trail().orElseThrow().kept(), mutated, values[row]);
      if (mutated.pictureClass() != PictureClass.EFFECTIVE) {
        telling.mutated(walker, mutated);
      }
      if (walker.step() == settings.steps()) {
        end(walker, kept);
        after.add(Optional.empty());
      } else {
        after.add(
            Optional.of(
                new Walker(
                    walker.seed(),
                    walker.step() + 1,
                    walker.decision(),
                    false,
                    confirmed.apartAfter(walker, row),
                    Optional.of(next(walker, mutated, values[row], kept)))));
      }
    }
    return after;
  }

  private void end(Walker walker, Kept kept) {
    if (kept.isNothing()) {
      telling.done(walker);
    } else {
      ended.add(
          new Walker(walker.seed(), kept.step(), walker.decision(), false, walker.apart()),
          seeds.shape().input(kept.picture()));
    }
  }

  /** How good pictures are, which is to become as large as it can. */
  private float[] values(List<Walker> walkers, Confirmed confirmed) {
    float[] own = ofOriginal(walkers, confirmed.judged(), 0);
    float[] sure = ofOriginal(walkers, confirmed.judged(), settings.minConfidence());
    float[] values = new float[own.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = value(own[row], sure[row], -confirmed.compressedMargin(row));
    }
    return values;
  }

  /** Decisions without a margin of their own have none that could be small. */
  private boolean onlyHolds() {
    return !task.hasOwnMargin() || settings.algorithm().seeksOwnMargin();
  }

  /**
   * The smaller of the original's margin and of how far the compressed model is past its boundary;
   * below zero where the original is not as sure as is asked for. Where the original has only to
   * hold, how far the compressed model is past its boundary, as long as it does.
   */
  private float value(float own, float sure, float past) {
    if (sure < 0) {
      return Math.min(sure, past);
    }
    return onlyHolds() ? past : Math.min(own, past);
  }

  /** The original's margins for the decisions on the seeds, with a least confidence. */
  private float[] ofOriginal(List<Walker> walkers, Judged judged, double confidence) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray rows = arrays.place(scope.create(judged.byOriginal().scores()));
      List<Decision> decisions = walkers.stream().map(Walker::decision).toList();
      return task.batch(decisions, scope, arrays::place).held(rows, confidence).toFloatArray();
    }
  }

  private Kept kept(Kept until, MutatedPicture mutated, float value) {
    if (mutated.pictureClass() != PictureClass.EFFECTIVE) {
      return until;
    }
    Margins margins = mutated.margins().orElseThrow();
    // Its own decision may be nearer to a third one than to the seed's.
    double ofPicture =
        settings.algorithm().seeksOwnMargin()
            ? margins.compressed()
            : task.severity(margins.original(), margins.compressed());
    float depth = (float) Math.min(value, ofPicture);
    return depth > until.value()
        ? new Kept(mutated.picture().bytes(), mutated.step(), depth)
        : until;
  }

  private Trail next(Walker walker, MutatedPicture mutated, float value, Kept kept) {
    Trail trail = walker.trail().orElseThrow();
    int step = walker.step() - trail.begun();
    if (step == part) {
      return Trail.from(walker.step(), nearSeed(walker), Severest.FIRST_LENGTH, kept);
    }
    Trail then = trail.then(mutated.picture().bytes(), value, kept);
    if (!checks.contains(step)) {
      return then;
    }
    boolean stalls =
        then.risen() < RISING * (step - trail.checked())
            || !trail.halved() && then.bestValue() <= trail.checkedValue();
    return stalls ? then.fromBest(step) : then.checkedAt(step);
  }

  /** A random place in the ball around a seed. */
  private byte[] nearSeed(Walker walker) {
    SplittableRandom random = WalkingBatch.random(walker, settings);
    try (NDManager scope = manager.newSubManager()) {
      NDArray seed =
          arrays.upload(scope, List.of(seeds.input(walker.seed()))).toType(DataType.FLOAT32, false);
      PixelSteps steps = settings.around(seed);
      NDArray flat = PixelSteps.flat(seed);
      float[] noise = new float[Math.toIntExact(flat.size())];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = Noise.drawn(random, steps);
      }
      NDArray change = arrays.place(scope.create(noise, flat.getShape()));
      NDArray near = flat.add(steps.within(change)).reshape(seed.getShape());
      return arrays.inputs(near).get(0).bytes();
    }
  }
}
