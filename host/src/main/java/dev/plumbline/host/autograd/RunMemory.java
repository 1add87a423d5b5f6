package dev.plumbline.host.autograd;

import dev.plumbline.host.memory.MemoryNeed;

/**
 * What runs of a graph take beside its constants and parameters.
 *
 * @param inference a run without gradient, whose values are closed when no node reads them any
 *     more; a convolution has what it reads and what it makes once more, in the order that suits
 *     it, and the allocator has not given back all that was closed
 * @param gradient a run forward and backward, which keeps what the backward pass reads
 */
public record RunMemory(MemoryNeed inference, MemoryNeed gradient) {

  /**
   * Of runs with one and with two batches.
   *
   * @param pictures of the first
   */
  static RunMemory of(RunMeter one, RunMeter two, long pictures) {
    return new RunMemory(
        need(inference(one), inference(two), pictures),
        // Going backward, the gradients of some values are alive beside all that was kept.
        need(one.made() + one.most(), two.made() + two.most(), pictures));
  }

  /** Of a run with the one batch that a model takes. */
  static RunMemory of(RunMeter only, long pictures) {
    return new RunMemory(
        new MemoryNeed(0, inference(only) / pictures),
        new MemoryNeed(0, (only.made() + only.most()) / pictures));
  }

  private static long inference(RunMeter run) {
    return run.most() + 3 * run.largest();
  }

  private static MemoryNeed need(long one, long two, long pictures) {
    long each = Math.max(0, two - one) / pictures;
    return new MemoryNeed(Math.max(0, one - each * pictures), each);
  }
}
