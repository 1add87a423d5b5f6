package dev.plumbline.host.autograd;

import ai.djl.engine.Engine;

/** Loads DJL's PyTorch engine with the settings that hold for all of Plumbline. */
public final class TorchEngine {
  private TorchEngine() {}

  /** Nothing is fetched and nothing is reported to anybody, whoever loads the engine first. */
  public static synchronized Engine load() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    return Engine.getEngine("PyTorch");
  }

  /**
   * Makes what libtorch draws at random repeatable.
   *
   * @param seed the run's random seed
   */
  public static void seed(long seed) {
    load().setRandomSeed((int) seed);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
