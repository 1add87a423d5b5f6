package dev.plumbline.host.autograd;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Utils;
import dev.plumbline.host.BadInputException;

/** Loads DJL's PyTorch engine with the settings that hold for all of Plumbline. */
public final class TorchEngine {
  private TorchEngine() {}

  /**
   * Nothing is fetched and nothing is reported to anybody, whoever loads the engine first.
   *
   * @throws BadInputException if the user's own libtorch cannot be loaded
   */
  public static synchronized Engine load() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException e) {
      String own = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
      if (own == null || own.isEmpty()) {
        throw e;
      }
      throw new BadInputException(
          "libtorch at PYTORCH_LIBRARY_PATH="
              + own
              + " cannot be loaded: "
              + reason(e)
              + "; expected the libraries of the PyTorch that docs/cuda.md names, and for CUDA a"
              + " driver of NVIDIA's",
          e);
    }
  }

  private static String reason(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage()).strip().lines().findFirst().orElse("");
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
