package dev.plumbline.host.judging;

import dev.plumbline.host.dataset.Input;
import java.util.List;

/**
 * Another run of what a judge ran, under conditions that should change no label.
 *
 * @param conditions for people: "same batch", "batches of 7", "1 thread"
 * @param run runs the judge's model on pictures so
 */
public record Repeat(String conditions, Run run) {
  /** As {@link Judge#judge}. */
  @FunctionalInterface
  public interface Run {
    void judge(List<? extends Input> pictures, LogitsSink sink);
  }

  /** How the first repeat of all judges is called. */
  static final String SAME_BATCH = "same batch";

  /**
   * Pictures of a batch of another size: no divisor of the usual ones, so that pictures stand at
   * other places of their batch too.
   */
  public static final int OTHER_BATCH = 7;

  public static Repeat sameBatch(Run run) {
    return new Repeat(SAME_BATCH, run);
  }

  public static Repeat otherBatch(Run run) {
    return new Repeat("batches of " + OTHER_BATCH, run);
  }

  public static Repeat threads(int threads, Run run) {
    return new Repeat(threads == 1 ? "1 thread" : threads + " threads", run);
  }
}
