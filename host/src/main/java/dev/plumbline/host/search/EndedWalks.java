package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures that ended their walk and wait until there are enough of them to be finished together,
 * as by making their changes smaller: what that costs depends little on how many they are.
 */
final class EndedWalks {
  private final Task task;
  private final Finish finish;
  private final ArrayPreprocessing arrays;
  private final Seeds seeds;
  private final CloseValid close;
  private final List<Walker> walkers = new ArrayList<>();
  private final List<Input> pictures = new ArrayList<>();

  EndedWalks(Task task, Finish finish, ArrayPreprocessing arrays, Seeds seeds, CloseValid close) {
    this.task = task;
    this.finish = finish;
    this.arrays = arrays;
    this.seeds = seeds;
    this.close = close;
  }

  /** What is done with pictures that ended their walk. */
  @FunctionalInterface
  interface Finish {
    /**
     * @param pixels whole numbers of 0 to 255, N x C x H x W
     * @param seeds of each, likewise
     * @return what they become, and what both models say of it
     */
    Judged of(NDArray pixels, NDArray seeds, SeedDecisions decided);
  }

  void add(Walker walker, Input picture) {
    walkers.add(walker);
    pictures.add(picture);
  }

  int size() {
    return walkers.size();
  }

  List<Walker> walkers() {
    return List.copyOf(walkers);
  }

  /** All pictures one after the other. */
  byte[] pixels() {
    ByteBuffer bytes = ByteBuffer.allocate(pictures.size() * seeds.shape().bytes());
    pictures.forEach(picture -> bytes.put(picture.bytes()));
    return bytes.array();
  }

  /**
   * Adds those that waited when a search was cut off.
   *
   * @param pixels as {@link #pixels} gave them
   */
  void addAll(List<Walker> ended, byte[] pixels) {
    InputShape shape = seeds.shape();
    for (int i = 0; i < ended.size(); i++) {
      byte[] own = Arrays.copyOfRange(pixels, i * shape.bytes(), (i + 1) * shape.bytes());
      add(ended.get(i), shape.input(own));
    }
  }

  /** The first pictures that wait, finished; they wait no longer. */
  List<MutatedPicture> finish(int most, NDManager scope) {
    List<Walker> first = walkers.subList(0, Math.min(most, walkers.size()));
    List<Input> found = pictures.subList(0, first.size());
    List<Decision> decided = first.stream().map(Walker::decision).toList();
    SeedDecisions seedDecisions = SeedDecisions.of(task, decided, scope, arrays);
    NDArray from = floats(first.stream().<Input>map(w -> seeds.input(w.seed())).toList(), scope);
    Judged shrunk = finish.of(floats(found, scope), from, seedDecisions);
    List<MutatedPicture> mutated =
        Mutations.of(first, Confirmed.asTheProxySays(shrunk), from, arrays, close);
    first.clear();
    found.clear();
    return mutated;
  }

  private NDArray floats(List<Input> of, NDManager scope) {
    return arrays.upload(scope, of).toType(DataType.FLOAT32, false);
  }
}
