package dev.plumbline.host.train;

/** Moves parameters against their gradients. No gradient tape is open while it does. */
interface Optimizer extends AutoCloseable {
  /** Moves every parameter, then clears the gradients. */
  void step(double rate);

  @Override
  void close();
}
