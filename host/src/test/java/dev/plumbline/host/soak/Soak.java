package dev.plumbline.host.soak;

import dev.plumbline.host.device.DeviceAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One host and many agents on loopback for a while: whether memory, descriptors and threads of the
 * host and of the agents stay as they are, and what a call costs beyond inference. What is sampled
 * in the first third is warm-up and does not count.
 */
@Command(name = "soak", mixinStandardHelpOptions = true, sortOptions = false)
final class Soak implements Callable<Integer> {
  private static final double MIB = 1 << 20;
  private static final long SAMPLE_MILLIS = 10_000;

  @Option(names = "--devices", defaultValue = "200", description = "Agents.")
  private int devices;

  @Option(names = "--minutes", defaultValue = "30", description = "How long, warm-up included.")
  private double minutes;

  @Option(
      names = "--period",
      defaultValue = "10",
      description = "Seconds from one turn of a device to its next.")
  private double period;

  @Option(names = "--farms", defaultValue = "4", description = "Processes that the agents are in.")
  private int farms;

  @Option(
      names = "--most-millis",
      defaultValue = "20",
      description = "What the 99th percentile of a call may take beyond inference.")
  private double most;

  /** How one process grows. */
  private static final class Watched {
    private final String name;
    private final Trend heap = new Trend();
    private final Trend resident = new Trend();
    private final Trend descriptors = new Trend();
    private final Trend threads = new Trend();

    Watched(String name) {
      this.name = name;
    }

    void add(double minute, ProcessSize size) {
      heap.add(minute, size.heapBytes() / MIB);
      resident.add(minute, size.residentBytes() / MIB);
      descriptors.add(minute, size.descriptors());
      threads.add(minute, size.threads());
    }

    /** A tenth of what there was is noise of the collector and of malloc; a leak goes on. */
    boolean report() {
      boolean heapFlat =
          // Of agents, what is resident tells.
          heap.last() == 0 || line("heap, MiB", heap, Math.max(4, heap.first() / 10));
      return heapFlat
          & line("resident, MiB", resident, Math.max(16, resident.first() / 10))
          & line("descriptors", descriptors, Math.max(8, descriptors.first() / 10))
          & line("threads", threads, Math.max(8, threads.first() / 10));
    }

    private boolean line(String what, Trend trend, double bound) {
      boolean flat = trend.growth() <= bound;
      System.out.printf(
          Locale.ROOT,
          "%-8s %-14s %8.1f to %8.1f, slope %+7.3f a minute, %+6.1f in all (at most %.1f): %s%n",
          name,
          what,
          trend.first(),
          trend.last(),
          trend.perMinute(),
          trend.growth(),
          bound,
          flat ? "flat" : "GROWS");
      return flat;
    }
  }

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("plumbline-soak-");
    List<Farm> agents = new ArrayList<>();
    Overheads overheads = new Overheads();
    try {
      agents.addAll(Farm.start(devices, farms, folder));
      List<DeviceAddress> all = agents.stream().flatMap(f -> f.devices().stream()).toList();
      System.out.printf(
          Locale.ROOT, "%d agents in %d processes, %.0f s a turn%n", devices, farms, period);
      try (Fleet fleet = new Fleet(folder, overheads)) {
        fleet.begin(all, Integer.MAX_VALUE, (long) (period * 1000));
        List<Watched> watched = watch(fleet, agents, overheads);
        return report(fleet, watched, overheads) ? 0 : 1;
      }
    } finally {
      agents.forEach(Farm::close);
      delete(folder);
    }
  }

  /** Turns that failed before the warm-up was over: cold agents on a busy machine may be late. */
  private int failedCold;

  private List<Watched> watch(Fleet fleet, List<Farm> agents, Overheads overheads)
      throws Exception {
    List<Watched> watched = new ArrayList<>();
    watched.add(new Watched("host"));
    for (int i = 0; i < agents.size(); i++) {
      watched.add(new Watched("agents " + i));
    }
    long began = System.nanoTime();
    boolean warm = false;
    for (double minute = 0; minute < minutes; ) {
      Thread.sleep(SAMPLE_MILLIS);
      minute = (System.nanoTime() - began) / 60e9;
      if (!warm && minute > minutes / 3) {
        warm = true;
        overheads.forget();
        failedCold = fleet.failed();
      }
      ProcessSize host = ProcessSize.ofThis();
      if (warm) {
        watched.get(0).add(minute, host);
        for (int i = 0; i < agents.size(); i++) {
          watched.get(i + 1).add(minute, agents.get(i).size());
        }
      }
      System.err.printf(
          Locale.ROOT,
          "%5.1f min, %d turns, %d failed, heap %.1f MiB, resident %.0f MiB, %d descriptors, %d"
              + " threads, 99%% of calls within %.1f ms%n",
          minute,
          fleet.turns(),
          fleet.failed(),
          host.heapBytes() / MIB,
          host.residentBytes() / MIB,
          host.descriptors(),
          host.threads(),
          overheads.millis(0.99));
    }
    return watched;
  }

  private boolean report(Fleet fleet, List<Watched> watched, Overheads overheads) {
    boolean good = fleet.failed() == failedCold;
    for (Watched each : watched) {
      good &= each.report();
    }
    double slow = overheads.millis(0.99);
    boolean fast = slow < most;
    System.out.printf(
        Locale.ROOT,
        "%d calls, beyond inference: half within %.2f ms, 99 %% within %.2f ms (at most %.0f):"
            + " %s%n",
        overheads.count(),
        overheads.millis(0.5),
        slow,
        most,
        fast ? "fast" : "SLOW");
    System.out.printf(
        "%d turns, %d verdicts; %d turns failed, %d of them while it warmed up%s%n",
        fleet.turns(),
        fleet.decided(),
        fleet.failed(),
        failedCold,
        fleet.failure().isEmpty() ? "" : ", the last: " + fleet.failure());
    return good & fast;
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new Soak()).execute(args));
  }
}
