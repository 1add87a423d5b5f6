package dev.plumbline.host.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What Linux says that this process held at most while it did something. */
public final class TestPeak {
  private static final int TIMES = 5;
  private static final Path SELF = Path.of("/proc/self");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private TestPeak() {}

  /**
   * Does some work several times. What libraries and Java's heap take the first time is theirs for
   * good; of the others the one counts beside which the rest of the process took least: heap that
   * grows meanwhile can only add to a peak.
   *
   * @param enough a peak below which the work is not done again
   * @return bytes by which the resident memory rose at most
   */
  private static long of(Runnable work, double enough) {
    work.run();
    try {
      long least = Long.MAX_VALUE;
      for (int i = 0; i < TIMES && least > enough; i++) {
        least = Math.min(least, rise(work));
      }
      return least;
    } catch (IOException | JMException e) {
      System.err.println("no peak of memory is measured here: " + e);
      return abort("no peak of memory is measured here: " + e);
    }
  }

  private static long rise(Runnable work) throws IOException, JMException {
    System.gc();
    // What was freed, and not yet given back, would be taken again without being seen.
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "systemTrimNativeHeap",
            new Object[0],
            new String[0]);
    // The peak begins anew: proc(5).
    Files.writeString(SELF.resolve("clear_refs"), "5");
    long before = peak();
    work.run();
    return peak() - before;
  }

  /**
   * Checks an estimate against Linux. A batch takes three fifths of what is left, so that the peak
   * may be five thirds of the estimate; below two fifths of it, batches would be needlessly small.
   *
   * @param need what the estimate says of the work
   */
  public static void assertFits(MemoryNeed need, int pictures, Runnable work) {
    double estimate = need.of(pictures);
    double peak = of(work, estimate / MemoryBudget.SHARE);
    assertTrue(
        peak <= estimate / MemoryBudget.SHARE && peak >= 0.4 * estimate,
        () -> "the peak is %.0f MB, the estimate %.0f MB".formatted(peak / 1e6, estimate / 1e6));
  }

  private static long peak() throws IOException {
    Matcher matcher = PEAK.matcher(Files.readString(SELF.resolve("status")));
    if (!matcher.find()) {
      throw new IOException("/proc/self/status has no VmHWM");
    }
    return Long.parseLong(matcher.group(1)) << 10;
  }
}
