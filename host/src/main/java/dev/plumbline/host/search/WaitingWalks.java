package dev.plumbline.host.search;

import dev.plumbline.host.search.SearchState.Walker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Seeds on their way that wait until there is room in the batch: those of a search that was cut off
 * while more walked together than memory has room for now.
 */
final class WaitingWalks {
  private final List<Walker> walkers;
  private final int each;
  private float[] inputs;

  /**
   * @param inputs where the walkers are, in the model's layout, one after the other
   */
  WaitingWalks(List<Walker> walkers, float[] inputs) {
    this.walkers = new ArrayList<>(walkers);
    this.inputs = inputs;
    this.each = walkers.isEmpty() ? 0 : inputs.length / walkers.size();
  }

  /** In their order. */
  List<Walker> walkers() {
    return List.copyOf(walkers);
  }

  float[] inputs() {
    return inputs;
  }

  boolean isEmpty() {
    return walkers.isEmpty();
  }

  /** The first ones, which wait no longer. */
  WaitingWalks take(int most) {
    int count = Math.min(most, walkers.size());
    List<Walker> first = walkers.subList(0, count);
    WaitingWalks taken = new WaitingWalks(first, Arrays.copyOf(inputs, count * each));
    first.clear();
    inputs = Arrays.copyOfRange(inputs, count * each, inputs.length);
    return taken;
  }
}
