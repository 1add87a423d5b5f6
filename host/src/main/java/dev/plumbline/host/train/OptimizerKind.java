package dev.plumbline.host.train;

/** How a training moves the parameters. */
public enum OptimizerKind {
  /** Stochastic gradient descent with momentum; the rate is in the parameters' own numbers. */
  MOMENTUM_SGD,
  /**
   * Adam; the rate is in steps of a parameter's quantization, or for what is not quantized in what
   * such a step usually is. Weight decay and momentum of the settings play no part.
   */
  ADAM
}
