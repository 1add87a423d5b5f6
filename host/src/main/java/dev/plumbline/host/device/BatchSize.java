package dev.plumbline.host.device;

/**
 * How many pictures go over the wire as one batch. The agent runs them in runs of a size that is
 * given; what is chosen here is how many runs a batch has, which no logit depends on. It begins
 * with one and follows the time that a run takes: what a message costs the agent is to be little
 * beside the work in it, and a slow device is to answer often.
 */
final class BatchSize {
  /** Of work in a batch: 100 times what a message costs. */
  private static final long WORK_NANOS = 8_000_000;

  /** Of pixels in a batch that has more than one run. */
  private static final int MAX_BYTES = 512 << 10;

  /** In the answer to a batch that has more than one run. */
  private static final int MAX_LOGITS = 64 << 10;

  private final int run;
  private final int maxRuns;
  private int runs = 1;

  /**
   * @param run pictures that run at once
   * @param maxPictures that the agent takes in a batch that has more than one run; 0 if it takes
   *     none such
   * @param pictureBytes of one picture
   */
  BatchSize(int run, int maxPictures, int pictureBytes) {
    this.run = run;
    this.maxRuns = Math.max(1, Math.min(maxPictures, MAX_BYTES / pictureBytes) / run);
  }

  /** Of the next batch. */
  int pictures() {
    return run * runs;
  }

  /**
   * A batch was answered.
   *
   * @param pictures in it
   * @param nanos that the device took to run them
   */
  void answered(int pictures, int classes, long nanos) {
    int done = (pictures + run - 1) / run;
    long nanosOfRun = Math.max(1, nanos / done);
    long fitting = Math.min(WORK_NANOS / nanosOfRun, MAX_LOGITS / ((long) run * classes));
    // The first runs of a model are slower than the others, so this grows step by step.
    runs = (int) Math.max(1, Math.min(Math.min(maxRuns, 2L * runs), fitting));
  }
}
