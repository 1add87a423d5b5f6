package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.search.SearchAlgorithm.Answers;
import dev.plumbline.host.search.SearchAlgorithm.Trails;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/** The seeds that walk, and where they are by now. */
final class WalkingBatch {
  private final NDManager manager;
  private final ArrayPreprocessing arrays;
  private final List<Walker> walkers = new ArrayList<>();
  private final List<Answers> answers = new ArrayList<>();
  // Null while nothing walks.
  private NDArray inputs;
  private NDArray seedPixels;

  /**
   * @param manager owns the arrays
   */
  WalkingBatch(NDManager manager, ArrayPreprocessing arrays) {
    this.manager = manager;
    this.arrays = arrays;
  }

  /** In the order of the batch. */
  List<Walker> walkers() {
    return List.copyOf(walkers);
  }

  int size() {
    return walkers.size();
  }

  /** What the original decides on the seeds. */
  List<Decision> decisions() {
    return walkers.stream().map(Walker::decision).toList();
  }

  /** What both models gave for the last picture of each. */
  List<Answers> answers() {
    return List.copyOf(answers);
  }

  /** A source for each walk, by seed and step, so that the size of the batch does not matter. */
  List<SplittableRandom> random(SearchSettings settings) {
    return walkers.stream().map(walker -> random(walker, settings)).toList();
  }

  /** The same of one walk, for the step that it is to take. */
  static SplittableRandom random(Walker walker, SearchSettings settings) {
    long number = Math.multiplyFull(walker.seed(), settings.steps()) + walker.step();
    return new SplittableRandom(settings.randomSeed() ^ number * 0xD1342543DE82EF95L);
  }

  /**
   * Where the next step goes out from: from what walks, or where a walk's trail says.
   *
   * @param shape of the seeds
   * @return in the model's layout; the scope owns it
   */
  NDArray starts(NDManager scope, InputShape shape) {
    if (walkers.get(0).trail().isEmpty()) {
      NDArray starts = inputs.duplicate();
      // An operation's result belongs to the manager of its operand, which here outlives the step.
      starts.attach(scope);
      return starts;
    }
    return arrays.toInput(pixels(scope, shape, Trail::here));
  }

  /** Of walks with a trail. */
  Optional<Trails> trails(NDManager scope, InputShape shape) {
    if (walkers.get(0).trail().isEmpty()) {
      return Optional.empty();
    }
    float[] lengths = new float[walkers.size()];
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] = walkers.get(row).trail().orElseThrow().length();
    }
    return Optional.of(
        new Trails(
            pixels(scope, shape, Trail::before).toType(DataType.FLOAT32, false),
            arrays.place(scope.create(lengths, new Shape(lengths.length, 1)))));
  }

  private NDArray pixels(NDManager scope, InputShape shape, Function<Trail, byte[]> picture) {
    return arrays.upload(
        scope,
        walkers.stream()
            .map(walker -> shape.input(picture.apply(walker.trail().orElseThrow())))
            .toList());
  }

  /** Float form of what walks, in the model's layout. */
  NDArray inputs() {
    return inputs;
  }

  /** The seeds, pixels of 0 to 255, float32, N x C x H x W; the scope owns them. */
  NDArray seedFloats(NDManager scope) {
    NDArray floats = seedPixels.toType(DataType.FLOAT32, true);
    // A result belongs to the manager of its operand, which outlives the step.
    floats.attach(scope);
    return floats;
  }

  /** Float form, flat. */
  float[] inputValues() {
    return inputs == null ? new float[0] : inputs.toFloatArray();
  }

  /**
   * Adds seeds.
   *
   * @param last what both models say of their last pictures
   * @param input where they are
   * @param pixels of the seeds, unsigned bytes
   */
  void add(List<Walker> others, Judged last, NDArray input, NDArray pixels) {
    walkers.addAll(others);
    for (int row = 0; row < others.size(); row++) {
      answers.add(last.answers(row));
    }
    keep(
        inputs == null ? input : inputs.concat(input, 0),
        seedPixels == null ? pixels : seedPixels.concat(pixels, 0));
  }

  /**
   * Ends a step.
   *
   * @param moved where all of the batch are after it
   * @param judged what both models say of all pictures that it made
   * @param going those that take another step
   * @param rows where these stand in the batch
   */
  void goOn(NDManager scope, NDArray moved, Judged judged, List<Walker> going, List<Long> rows) {
    if (going.isEmpty()) {
      inputs.close();
      seedPixels.close();
      inputs = null;
      seedPixels = null;
    } else if (going.size() == walkers.size()) {
      keep(moved, seedPixels);
    } else {
      NDArray index = arrays.place(scope.create(rows.stream().mapToLong(row -> row).toArray()));
      keep(moved.get(index), seedPixels.get(index));
    }
    walkers.clear();
    walkers.addAll(going);
    answers.clear();
    rows.forEach(row -> answers.add(judged.answers(row.intValue())));
  }

  private void keep(NDArray newInputs, NDArray newSeedPixels) {
    newInputs.attach(manager);
    newSeedPixels.attach(manager);
    closeUnless(inputs, newInputs);
    closeUnless(seedPixels, newSeedPixels);
    inputs = newInputs;
    seedPixels = newSeedPixels;
  }

  private static void closeUnless(NDArray old, NDArray kept) {
    if (old != null && old != kept) {
      old.close();
    }
  }
}
