package dev.plumbline.host;

/**
 * Where long work tells how far it is. One instance serves one run of the program; work is reported
 * step after step, never two steps at once.
 */
public interface Progress {

  /** Tells nobody. */
  Progress SILENT =
      new Progress() {
        @Override
        public Step begin(String name, long total) {
          return (done, note) -> {};
        }

        @Override
        public void say(String line) {}
      };

  /**
   * Begins a step of known length.
   *
   * @param name what is done, in the present participle: "searching", "judging on host"
   * @param total units of work in all, at least 0
   */
  Step begin(String name, long total);

  /** Prints one line that stays. */
  void say(String line);

  /** One step of the work; closing it ends the step. */
  @FunctionalInterface
  interface Step extends AutoCloseable {
    /**
     * @param done units done since the step began
     * @param note a few words on the state, such as a loss; may be empty
     */
    void at(long done, String note);

    @Override
    default void close() {}
  }
}
