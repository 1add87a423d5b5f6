package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Parts of the training data, each with a fixed share of every batch: a few pictures that matter
 * are seen as often as their share says, however many others there are. An epoch sees every picture
 * of the first part once; the others begin again when they are through.
 */
final class PortionedData implements BatchSource {
  private final List<MixedData> parts = new ArrayList<>();
  private final int[] counts;
  private final int[] next;
  private final boolean[] begun;
  private final int batches;

  /**
   * @param portions whose shares add up to 1
   * @param batch pictures in a batch
   * @throws BadInputException as {@link MixedData}, or if the first part's share of a batch is none
   */
  PortionedData(List<Portion> portions, Preprocessing preprocessing, int batch) {
    this.counts = new int[portions.size()];
    this.next = new int[portions.size()];
    this.begun = new boolean[portions.size()];
    double shares = 0;
    int taken = 0;
    for (int p = 0; p < counts.length; p++) {
      parts.add(MixedData.drawnOneByOne(portions.get(p).part(), preprocessing));
      shares += portions.get(p).share();
      // The next part takes on what rounding leaves.
      int until = (int) Math.round(shares * batch);
      counts[p] = until - taken;
      taken = until;
    }
    if (Math.abs(shares - 1) > 1e-9) {
      throw new IllegalArgumentException("shares add up to " + shares);
    }
    if (counts[0] == 0) {
      throw new BadInputException(
          "a batch of " + batch + " leaves no room for the training data, expected a larger batch");
    }
    this.batches = (parts.get(0).size() + counts[0] - 1) / counts[0];
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public int size() {
    int size = 0;
    for (int count : counts) {
      size += count * batches;
    }
    return size;
  }

  @Override
  public void shuffle(SplittableRandom random) {
    parts.get(0).shuffle(random);
    next[0] = 0;
    begun[0] = true;
  }

  @Override
  public Batch batch(int index, SplittableRandom random) {
    List<Batch> drawn = new ArrayList<>();
    for (int p = 0; p < counts.length; p++) {
      for (int i = 0; i < counts[p]; i++) {
        MixedData data = parts.get(p);
        if (!begun[p] || next[p] == data.size()) {
          data.shuffle(random);
          begun[p] = true;
          next[p] = 0;
        }
        drawn.add(data.batch(next[p]++, random));
      }
    }
    return together(drawn);
  }

  private static Batch together(List<Batch> drawn) {
    int each = drawn.get(0).input().length;
    float[] input = new float[Math.multiplyExact(each, drawn.size())];
    int[] labels = new int[drawn.size()];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(drawn.get(i).input(), 0, input, i * each, each);
      labels[i] = drawn.get(i).labels()[0];
    }
    long[] dims = drawn.get(0).dims().clone();
    dims[0] = labels.length;
    return new Batch(input, dims, labels);
  }
}
