package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.proxy.Predictions;
import dev.plumbline.host.search.SearchState.Found;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The loop of every search. A batch of seeds moves as a {@link SearchAlgorithm} says: down a loss,
 * with one backward pass for each step, or to what it proposes without gradients. The float form
 * goes on to the next step unrounded. What each step makes is rounded to 8 bits and classed on that
 * form by the proxy; what the proxy calls effective, the confirming judge has to see too. A seed
 * that is done leaves the batch and another takes its place.
 */
public final class Search {
  private final Task task;
  private final NDManager manager;
  private final DifferentiableGraph original;
  private final DifferentiableGraph compressed;
  private final ArrayPreprocessing arrays;
  private final Classing classing;
  private final Confirming confirming;
  private final Seeds seeds;
  private final Mover mover;
  private final SearchSettings settings;
  private final int batch;
  private final MutationSink sink;
  private final Tally tally;
  private final Telling telling;
  private final Course course;
  private final WalkingBatch walking;
  private final EndedWalks ended;
  private WaitingWalks waiting = new WaitingWalks(List.of(), new float[0]);
  private int nextSeed;

  private Search(
      Task task,
      NDManager manager,
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      ArrayPreprocessing arrays,
      Classing classing,
      Confirming confirming,
      Dataset data,
      SearchSettings settings,
      MutationSink sink,
      Optional<SearchState> from) {
    this.task = task;
    this.manager = manager;
    this.original = original;
    this.compressed = compressed;
    this.arrays = arrays;
    this.classing = classing;
    this.confirming = confirming;
    this.seeds = new Seeds(data);
    this.mover = Mover.of(task, original, compressed, classing, arrays, settings, seeds.shape());
    this.settings = settings;
    this.batch =
        settings
            .batch()
            .orElseGet(() -> new SearchBatch(original, compressed, arrays).of(data, manager));
    this.sink = sink;
    this.walking = new WalkingBatch(manager, arrays);
    this.ended = new EndedWalks(task, finish(), arrays, seeds, settings.close());
    this.tally = new Tally(from.map(SearchState::found).orElse(Found.NOTHING));
    this.telling = new Telling(tally, sink);
    this.course =
        settings.algorithm().seeksSeverity()
            ? new DeepestFind(task, arrays, manager, seeds, settings, telling, ended)
            : new FirstFind(settings.algorithm(), settings, telling, ended);
    from.ifPresent(this::goOnFrom);
  }

  /** What is done with pictures that ended their walk: the most severe ones stay as they are. */
  private EndedWalks.Finish finish() {
    return settings.algorithm().seeksSeverity()
        ? (pixels, from, decided) -> classing.mutated(pixels, decided.values())
        : new Shrinking(original, compressed, classing, confirming, arrays, settings)::shrink;
  }

  private void goOnFrom(SearchState state) {
    nextSeed = state.nextSeed();
    requireOfSeeds(state);
    ended.addAll(state.ended(), state.endedPixels());
    waiting = new WaitingWalks(state.walkers(), state.inputs());
  }

  /** Those that waited come first. */
  private void goOn(WaitingWalks with) {
    List<Walker> walkers = with.walkers();
    Shape shape = new Shape(walkers.size()).addAll(arrays.inputShape(seeds.shape()));
    try (NDManager scope = manager.newSubManager()) {
      NDArray input = arrays.place(scope.create(with.inputs(), shape));
      NDArray pixels =
          arrays.upload(scope, walkers.stream().map(walker -> seeds.input(walker.seed())).toList());
      walking.add(walkers, classing.seeds(arrays.toPixels(input)), input, pixels);
    }
  }

  private void requireOfSeeds(SearchState state) {
    long bytes = seeds.shape().bytes();
    long numbers = seeds.shape().elements();
    if (state.nextSeed() > seeds.size()
        || state.inputs().length != state.walkers().size() * numbers
        || state.endedPixels().length != state.ended().size() * bytes) {
      throw new BadInputException(
          "the unfinished search is of "
              + state.nextSeed()
              + " seeds or more, and of other pictures, found "
              + seeds.size()
              + " seeds of "
              + seeds.shape());
    }
  }

  /**
   * Searches every seed, without a judge beside the proxy.
   *
   * @see #resume
   */
  public static SearchOutcome run(
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchSettings settings,
      MutationSink sink,
      Progress progress) {
    return resume(
        original,
        compressed,
        preprocessing,
        seeds,
        settings,
        sink,
        progress,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Searches every seed that is left. On the same machine it makes the pictures that the search
   * would have made that the state is of.
   *
   * @param original frozen, on the same device as {@code compressed}
   * @param compressed frozen; for a quantized model its proxy
   * @param preprocessing of both models
   * @param sink takes every seed and every mutated picture that the state does not tell of
   * @param from of a search with the same models, seeds, settings and judge; none begins anew
   * @param confirming the compressed model as it is deployed: a picture that the proxy calls
   *     effective is effective when this judge sees the deviation too; without one the proxy's word
   *     stands
   * @return counts of the whole, seconds of this part
   * @throws BadInputException if the models do not fit each other, the seeds or the algorithm
   */
  public static SearchOutcome resume(
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchSettings settings,
      MutationSink sink,
      Progress progress,
      Optional<SearchState> from,
      Optional<Judge> confirming) {
    if (!original.parameters().isEmpty() || !compressed.parameters().isEmpty()) {
      throw new IllegalArgumentException("a search takes frozen graphs");
    }
    ModelContract.of(original.model()).requireInputs(seeds, preprocessing);
    ModelContract.of(compressed.model()).requireInputs(seeds, preprocessing);
    requireSuited(settings, seeds);
    Task task = Tasks.ofPair(original.model(), compressed.model());
    long start = System.nanoTime();
    try (NDManager manager = DeviceArrays.owner();
        Classing classing =
            Classing.of(original, compressed, arrays(manager, original, preprocessing, settings));
        Progress.Step step =
            progress.begin("searching", Math.multiplyFull(seeds.size(), settings.steps()))) {
      ArrayPreprocessing arrays = arrays(manager, original, preprocessing, settings);
      Search search =
          new Search(
              task,
              manager,
              original,
              compressed,
              arrays,
              classing,
              new Confirming(task, confirming, arrays, compressed.model()),
              seeds,
              settings,
              sink,
              from);
      if (original.device().isGpu()) {
        progress.say("on the GPU up to " + search.batch + " seeds walk together");
      } else if (settings.batch().isEmpty()) {
        tellOfFew(search.batch, progress);
      }
      search.walk(step);
      return search.tally.outcome((System.nanoTime() - start) / 1e9);
    }
  }

  private static void tellOfFew(int batch, Progress progress) {
    if (batch < SearchBatch.ON_CPU) {
      progress.say("memory has room for " + batch + " seeds that walk together");
    }
  }

  /**
   * How many seeds walk together where nobody says it; tells where they are few.
   *
   * @param original frozen, on the same device as {@code compressed}
   */
  public static int batch(
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      Preprocessing preprocessing,
      Dataset seeds,
      SearchSettings settings,
      Progress progress) {
    try (NDManager manager = DeviceArrays.owner()) {
      int batch =
          new SearchBatch(original, compressed, arrays(manager, original, preprocessing, settings))
              .of(seeds, manager);
      if (!original.device().isGpu()) {
        tellOfFew(batch, progress);
      }
      return batch;
    }
  }

  private static ArrayPreprocessing arrays(
      NDManager manager,
      DifferentiableGraph graph,
      Preprocessing preprocessing,
      SearchSettings settings) {
    return new ArrayPreprocessing(manager, graph.device(), preprocessing, settings.tensors());
  }

  private static void requireSuited(SearchSettings settings, Dataset seeds) {
    InputShape shape = seeds.inputShape();
    requireMoved(InputKind.of(shape, settings), shape, settings.algorithm());
    if (shape instanceof PictureShape pictures) {
      settings.reach().requireOfPictures(seeds);
      boolean mayLack = settings.clip().isEmpty() && !settings.algorithm().clipsSteps();
      if (!mayLack && settings.clip().size() != pictures.channels()) {
        throw new BadInputException(
            "the search's clip has "
                + settings.clip().size()
                + " numbers, expected one for each channel of pictures of "
                + pictures);
      }
      return;
    }
    if (settings.clip().size() > 1) {
      throw new BadInputException(
          "the search's clip has "
              + settings.clip().size()
              + " numbers, expected one for tensors, which have no channels");
    }
    if (settings.tensors().isEmpty()) {
      throw new IllegalArgumentException("a search on tensors without bounds");
    }
  }

  private static void requireMoved(InputKind kind, InputShape shape, SearchAlgorithm algorithm) {
    if (!algorithm.moves().contains(kind)) {
      throw new BadInputException(
          "the algorithm "
              + algorithm.id()
              + " moves "
              + algorithm.moves().stream()
                  .sorted()
                  .map(InputKind::words)
                  .collect(Collectors.joining(" and "))
              + " and the data hold "
              + kind.words()
              + " of "
              + shape
              + ", expected "
              + String.join(" or ", SearchAlgorithms.namesFor(kind)));
    }
  }

  private void walk(Progress.Step progress) {
    while (nextSeed < seeds.size() || !begun().isEmpty() || ended.size() > 0) {
      walkGroup(progress);
    }
  }

  private void walkGroup(Progress.Step progress) {
    while (admit()) {
      try (NDManager step = manager.newSubManager()) {
        step(step);
      }
      while (ended.size() >= batch) {
        finishEnded();
      }
      reached(progress);
    }
    while (ended.size() > 0) {
      finishEnded();
      reached(progress);
    }
  }

  private void reached(Progress.Step progress) {
    sink.reached(this::state);
    progress.at(stepsDone(), tally.note());
  }

  private SearchState state() {
    return new SearchState(
        nextSeed,
        begun(),
        together(walking.inputValues(), waiting.inputs()),
        ended.walkers(),
        ended.pixels(),
        tally.found());
  }

  private List<Walker> begun() {
    return Stream.concat(walking.walkers().stream(), waiting.walkers().stream()).toList();
  }

  private static float[] together(float[] first, float[] then) {
    float[] all = Arrays.copyOf(first, first.length + then.length);
    System.arraycopy(then, 0, all, first.length, then.length);
    return all;
  }

  /** Steps made, with those that are not to be made as their seed is done. */
  private long stepsDone() {
    List<Walker> begun = begun();
    long made = begun.stream().mapToLong(walker -> walker.step() - 1L).sum();
    return Math.multiplyFull(nextSeed - begun.size(), settings.steps()) + made;
  }

  /**
   * The place up to which seeds may begin now: the end of the group whose seeds walk, and of the
   * next one when nothing of that is left.
   */
  private int openEnd() {
    if (nextSeed == seeds.size()) {
      return nextSeed;
    }
    boolean inGroup = nextSeed > 0 && (walking.size() > 0 || ended.size() > 0);
    return seeds.groupEnd(inGroup ? nextSeed - 1 : nextSeed, batch);
  }

  /** Fills the batch up with seeds; false if nothing is left to walk. */
  private boolean admit() {
    if (!waiting.isEmpty() && walking.size() < batch) {
      goOn(waiting.take(batch - walking.size()));
    }
    int count = Math.min(batch - walking.size(), openEnd() - nextSeed);
    if (count > 0) {
      try (NDManager scope = manager.newSubManager()) {
        List<Input> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          pictures.add(seeds.input(seeds.number(nextSeed + i)));
        }
        NDArray pixels = arrays.upload(scope, pictures);
        NDArray input = arrays.toInput(pixels);
        Judged judged = classing.seeds(pixels);
        Predictions byOriginal = judged.byOriginal();
        Predictions byCompressed = judged.byCompressed();
        requireSameClasses(byOriginal, byCompressed);
        List<Walker> admitted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          Decision decision = byOriginal.decisions().get(i);
          int number = seeds.number(nextSeed + i);
          admitted.add(course.begin(number, pictures.get(i), decision));
          tally.seed(task.differ(decision, byCompressed.decisions().get(i)));
          sink.seed(number, pictures.get(i), decision);
        }
        walking.add(admitted, judged, input, pixels);
      }
      nextSeed += count;
    }
    return walking.size() > 0;
  }

  private void requireSameClasses(Predictions byOriginal, Predictions byCompressed) {
    if (byOriginal.classes() != byCompressed.classes()) {
      throw new BadInputException(
          "compressed model "
              + compressed.model().name()
              + " gives "
              + byCompressed.classes()
              + " logits, expected "
              + byOriginal.classes()
              + " as original "
              + original.model().name());
    }
  }

  private void step(NDManager scope) {
    List<Walker> walkers = walking.walkers();
    NDArray seedFloats = walking.seedFloats(scope);
    NDArray moved = mover.step(scope, walking, seedFloats);
    NDArray pixels = arrays.toPixels(moved);
    Judged judged = classing.mutated(pixels, walking.decisions());
    Confirmed confirmed = confirming.confirm(judged);
    List<MutatedPicture> pictures =
        Mutations.of(walkers, confirmed, seedFloats, arrays, settings.close());

    List<Optional<Walker>> after = course.after(walkers, pictures, confirmed);
    List<Walker> going = new ArrayList<>();
    List<Long> rows = new ArrayList<>();
    for (int row = 0; row < walkers.size(); row++) {
      if (after.get(row).isPresent()) {
        going.add(after.get(row).get());
        rows.add((long) row);
      }
    }
    walking.goOn(scope, moved, judged, going, rows);
  }

  /** Tells of pictures that ended their walk, as many as walk together. */
  private void finishEnded() {
    List<Walker> first = ended.walkers();
    try (NDManager scope = manager.newSubManager()) {
      List<MutatedPicture> finished = ended.finish(batch, scope);
      for (int i = 0; i < finished.size(); i++) {
        telling.mutated(first.get(i), finished.get(i));
        telling.done(first.get(i));
      }
    }
  }
}
