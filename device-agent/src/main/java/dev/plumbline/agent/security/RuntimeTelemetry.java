package dev.plumbline.agent.security;

import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime sends reports to its makers unless the environment says no before its library loads:
 * Java has started by then, so only a launcher can say it. In version 1.29 it also recursed without
 * end within its library in the runs tried, which took the process along; its trigger is not known.
 */
public final class RuntimeTelemetry {
  /** The variable of the environment that ONNX Runtime reads. */
  private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  private static final String OFF = "1";

  private RuntimeTelemetry() {}

  /**
   * Why ONNX Runtime may not be loaded in a process, if so.
   *
   * @param environment of the process
   * @param launcher that sets the variable
   * @return one sentence for the user
   */
  public static Optional<String> refusal(Map<String, String> environment, String launcher) {
    String found = environment.get(VARIABLE);
    if (OFF.equals(found)) {
      return Optional.empty();
    }
    return Optional.of(
        "the environment variable "
            + VARIABLE
            + " is "
            + (found == null ? "not set" : "'" + found + "'")
            + ", expected "
            + OFF
            + ": without it ONNX Runtime sends telemetry and may crash; start through "
            + launcher
            + ", which sets it");
  }
}
