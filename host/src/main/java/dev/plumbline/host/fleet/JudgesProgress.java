package dev.plumbline.host.fleet;

import dev.plumbline.host.Progress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells of judges that are asked at the same time as of one step: how many have had their turn, and
 * where the others are. Safe from any thread.
 */
final class JudgesProgress implements AutoCloseable {
  /** More would not stand on a line. */
  private static final int SHOWN = 3;

  private static final String JUDGING = "judging on ";

  private final Progress progress;
  private final Progress.Step step;
  private final Map<String, String> where = new LinkedHashMap<>();
  private int ended;

  /**
   * @param progress is told
   * @param judges how many there are
   */
  JudgesProgress(Progress progress, int judges) {
    this.progress = progress;
    this.step = progress.begin("judging on " + judges + " judges", judges);
  }

  /** What one judge's turn tells. */
  Progress of(String judge) {
    return new Progress() {
      @Override
      public Step begin(String name, long total) {
        String doing = name.startsWith(JUDGING) ? name.substring(JUDGING.length()) : name;
        at(judge, doing + " 0/" + total);
        return (done, note) -> at(judge, doing + " " + done + "/" + total);
      }

      @Override
      public void say(String line) {
        synchronized (JudgesProgress.this) {
          progress.say(line);
        }
      }
    };
  }

  private synchronized void at(String judge, String what) {
    where.put(judge, what);
    show();
  }

  /** A judge's turn has ended. */
  synchronized void ended(String judge) {
    where.remove(judge);
    ended++;
    show();
  }

  private void show() {
    String others = where.size() > SHOWN ? "; " + (where.size() - SHOWN) + " more" : "";
    step.at(ended, where.values().stream().limit(SHOWN).collect(Collectors.joining("; ")) + others);
  }

  @Override
  public synchronized void close() {
    step.close();
  }
}
