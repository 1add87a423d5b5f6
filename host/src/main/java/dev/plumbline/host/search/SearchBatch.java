package dev.plumbline.host.search;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.util.cuda.CudaUtils;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.GraphBatch;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.memory.MemoryBudget;
import dev.plumbline.host.memory.MemoryNeed;
import java.lang.management.MemoryUsage;
import java.util.Collections;
import java.util.List;

/**
 * How many seeds walk together where nobody says it. On a CPU as many as the {@link MemoryBudget}
 * has room for, up to {@link #ON_CPU}. A GPU takes about as long for a thousand small pictures as
 * for ten, so that as many walk there as fit into its memory.
 */
final class SearchBatch {
  /** On a CPU, whose caches more would not fit into. */
  static final int ON_CPU = 64;

  /** Beyond it nothing gets faster, and what a killed search loses gets more. */
  private static final int LARGEST = 2048;

  /** What one pass over so many pictures takes is measured. */
  private static final int PROBE = 64;

  /** The share of the free memory that one pass may take: shrinking holds a second one. */
  private static final double SHARE = 0.4;

  /** Java holds walking pictures in several forms; of its heap they may take a 32nd in bytes. */
  private static final int HEAP_SHARE = 32;

  /** Arrays of a picture's size that a step of the walk, or of shrinking, holds at most. */
  private static final int PIXEL_ARRAYS = 64;

  private final DifferentiableGraph original;
  private final DifferentiableGraph compressed;
  private final ArrayPreprocessing arrays;

  SearchBatch(
      DifferentiableGraph original, DifferentiableGraph compressed, ArrayPreprocessing arrays) {
    this.original = original;
    this.compressed = compressed;
    this.arrays = arrays;
  }

  int of(Dataset seeds, NDManager manager) {
    Device device = original.device();
    if (seeds.size() == 0) {
      return ON_CPU;
    }
    if (!device.isGpu()) {
      return MemoryBudget.ofProcess()
          .pictures(
              "the search with " + original.model().name() + " on inputs of " + seeds.inputShape(),
              need(seeds.input(0)),
              ON_CPU);
    }
    // The first pass takes what libtorch keeps for good.
    pass(seeds.input(0), 1, manager);
    long before = free(device);
    pass(seeds.input(0), PROBE, manager);
    long taken = Math.max(0, before - free(device));
    return fitting(
        before, taken / PROBE, Runtime.getRuntime().maxMemory(), seeds.inputShape().bytes());
  }

  /**
   * How many pictures go together.
   *
   * @param free bytes of the device
   * @param ofPicture bytes that a picture takes of them in a pass forward and backward
   * @param heap bytes of Java's heap at most
   * @param pictureBytes of a picture itself
   * @return at least 1
   */
  static int fitting(long free, long ofPicture, long heap, int pictureBytes) {
    long onDevice = (long) (free * SHARE) / Math.max(1, ofPicture);
    long inHeap = heap / HEAP_SHARE / pictureBytes;
    return (int) Math.max(1, Math.min(LARGEST, Math.min(onDevice, inHeap)));
  }

  /** Of a pass forward and backward through both graphs at once. */
  MemoryNeed need(Input picture) {
    long pixels = (long) picture.shape().elements() * Float.BYTES * PIXEL_ARRAYS;
    return new GraphBatch(original, arrays, picture)
        .memory()
        .gradient()
        .plus(new GraphBatch(compressed, arrays, picture).memory().gradient())
        .plus(new MemoryNeed(0, pixels));
  }

  private static long free(Device device) {
    MemoryUsage memory = CudaUtils.getGpuMemory(device);
    return memory.getMax() - memory.getUsed();
  }

  /** One pass forward and, where there are gradients, backward through both models, waited for. */
  private void pass(Input picture, int count, NDManager manager) {
    List<Input> pictures = Collections.nCopies(count, picture);
    try (NDManager scope = manager.newSubManager()) {
      NDArray leaf = arrays.toInput(arrays.upload(scope, pictures)).duplicate();
      if (arrays.isOfWholeNumbers()) {
        original.logits(leaf).sum().add(compressed.logits(leaf).sum()).getFloat();
        return;
      }
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        // Added as sums: that the models differ in their classes is told by the search.
        NDArray sum = original.logits(leaf).sum().add(compressed.logits(leaf).sum());
        tape.backward(sum);
        sum.getFloat();
      }
    }
  }
}
