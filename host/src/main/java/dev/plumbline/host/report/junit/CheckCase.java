package dev.plumbline.host.report.junit;

import dev.plumbline.host.report.summary.Checks;

/**
 * One thing that a gate checked.
 *
 * @param name what: the class of the pictures
 * @param seconds that it took
 * @param result what came out
 * @param message one sentence on why it did not pass; may be empty when it did
 */
public record CheckCase(String name, double seconds, Result result, String message) {
  /** What can come out of a check. */
  public enum Result {
    PASSED,
    /** The device deviates more than the gate allows. */
    FAILED,
    /** The check could not be made: the device was lost. */
    ERROR,
    /** There was nothing to check. */
    SKIPPED
  }

  public CheckCase {
    Checks.named("name of a check", name);
    Checks.seconds(name, seconds);
  }

  public static CheckCase passed(String name, double seconds) {
    return new CheckCase(name, seconds, Result.PASSED, "");
  }

  public static CheckCase failed(String name, double seconds, String message) {
    return new CheckCase(name, seconds, Result.FAILED, message);
  }

  public static CheckCase error(String name, double seconds, String message) {
    return new CheckCase(name, seconds, Result.ERROR, message);
  }

  public static CheckCase skipped(String name, String message) {
    return new CheckCase(name, 0, Result.SKIPPED, message);
  }
}
