package dev.plumbline.host.autograd;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;

/**
 * Records what happens on arrays while it is open, so that gradients can be taken. There is one in
 * the whole process at a time, as in DJL's PyTorch engine; opening a second is a programming error.
 */
public final class GradientTape implements AutoCloseable {
  private static boolean open;

  private final GradientCollector collector;

  private GradientTape(GradientCollector collector) {
    this.collector = collector;
  }

  public static synchronized GradientTape open() {
    if (open) {
      // DJL throws as well, but leaves gradients switched on.
      throw new IllegalStateException("a gradient tape is open already");
    }
    GradientTape tape = new GradientTape(Engine.getEngine("PyTorch").newGradientCollector());
    open = true;
    return tape;
  }

  static synchronized boolean isOpen() {
    return open;
  }

  /**
   * Computes the gradients of a scalar with respect to every array that asks for one. They add up
   * until the array is closed or its gradient cleared.
   */
  public void backward(NDArray scalar) {
    collector.backward(scalar);
  }

  @Override
  public void close() {
    synchronized (GradientTape.class) {
      collector.close();
      open = false;
    }
  }
}
