package dev.plumbline.host.searchjob;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs each shard of a job in a process of its own on this machine, some at a time. Shards lie in
 * the folder {@code OUT.shards} until all are there; another run of the same job goes on with them.
 */
public final class Processes implements SearchExecutor {
  private static final String JOB_FILE = "job.json";
  private static final Pattern SHARD_FOLDER = Pattern.compile("shard-[0-9]+-of-([0-9]+)(?:\\..*)?");

  private final List<String> command;
  private final int workers;

  /**
   * @param command runs one shard; {@code --job}, {@code --shard} and {@code --out} come after it
   * @param workers processes at a time, at least 1
   */
  public Processes(List<String> command, int workers) {
    if (workers < 1) {
      throw new BadInputException("the number of workers is " + workers + ", expected at least 1");
    }
    this.command = List.copyOf(command);
    this.workers = workers;
  }

  @Override
  public Corpus run(SearchJob job, Path out, Progress progress) {
    Path folder = out.resolveSibling(out.getFileName() + ".shards");
    try {
      prepare(job, folder);
      List<Shard> shards = shards(job, folder);
      runAll(job, shards, folder, progress);
      Corpus corpus =
          ShardMerge.merge(shards.stream().map(shard -> part(folder, shard)).toList(), out);
      delete(folder);
      return corpus;
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot keep shards in " + folder, e);
    }
  }

  private static void prepare(SearchJob job, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(JOB_FILE);
    if (!Files.exists(file)) {
      job.write(file);
      return;
    }
    String found = SearchJob.read(file).sha256();
    if (!found.equals(job.sha256())) {
      throw new BadInputException(
          folder
              + " holds shards of the job "
              + found
              + ", expected "
              + job.sha256()
              + " to go on with, or that the folder is deleted");
    }
  }

  /** As many as there are workers, or as an earlier run began. */
  private List<Shard> shards(SearchJob job, Path folder) throws IOException {
    OptionalInt begun;
    try (Stream<Path> files = Files.list(folder)) {
      begun =
          files
              .map(file -> SHARD_FOLDER.matcher(file.getFileName().toString()))
              .filter(Matcher::matches)
              .mapToInt(name -> Integer.parseInt(name.group(1)))
              .findFirst();
    }
    int of = begun.orElse(Math.min(workers, job.groups().size()));
    return IntStream.rangeClosed(1, of).mapToObj(number -> new Shard(number, of)).toList();
  }

  private static Path part(Path folder, Shard shard) {
    return folder.resolve("shard-" + shard.number() + "-of-" + shard.of());
  }

  private void runAll(SearchJob job, List<Shard> shards, Path folder, Progress progress) {
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try (Progress.Step step = progress.begin("searching", job.stepsOf(Shard.WHOLE))) {
      MergedProgress merged = new MergedProgress(step, shards.size());
      List<Future<?>> running = new ArrayList<>();
      for (Shard shard : shards) {
        running.add(threads.submit(() -> run(job, shard, folder, merged, progress)));
      }
      // All shards that can be finished are, whatever becomes of one.
      List<RuntimeException> failures = new ArrayList<>();
      for (Future<?> each : running) {
        try {
          each.get();
        } catch (ExecutionException e) {
          failures.add(
              e.getCause() instanceof RuntimeException failure
                  ? failure
                  : new IllegalStateException("a worker could not be watched", e.getCause()));
        }
      }
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while workers search", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private void run(
      SearchJob job, Shard shard, Path folder, MergedProgress merged, Progress progress) {
    Path out = part(folder, shard);
    if (isFinished(job, shard, out)) {
      merged.finished(shard, job.stepsOf(shard));
      return;
    }
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(
        List.of(
            "--job",
            folder.resolve(JOB_FILE).toString(),
            "--shard",
            shard.toString(),
            "--out",
            out.toString()));
    Worker first = Worker.run(arguments, line -> merged.heard(shard, line));
    if (first.died()) {
      progress.say(
          "the worker of shard " + shard + " died, " + first.words() + ": it is tried again");
      Worker second = Worker.run(arguments, line -> merged.heard(shard, line));
      requireDone(shard, second, " twice");
    } else {
      requireDone(shard, first, "");
    }
    merged.finished(shard, job.stepsOf(shard));
  }

  private static void requireDone(Shard shard, Worker worker, String howOften) {
    if (!worker.isDone()) {
      throw new BadInputException(
          "shard "
              + shard
              + " failed"
              + howOften
              + ", "
              + worker.words()
              + "; finished shards are kept, and the same command goes on");
    }
  }

  private static boolean isFinished(SearchJob job, Shard shard, Path out) {
    return Corpus.isAt(out)
        && Corpus.open(out).isOf(job.origin(shard))
        && !Corpus.open(out).header().judges().isEmpty();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }

  /** What several workers tell, as one step. */
  private static final class MergedProgress {
    private static final Pattern SEARCHING = Pattern.compile("searching ([0-9]+)/[0-9]+, .*");

    private final Progress.Step step;
    private final long[] done;
    private int finished;

    MergedProgress(Progress.Step step, int shards) {
      this.step = step;
      this.done = new long[shards];
    }

    synchronized void heard(Shard shard, String line) {
      Matcher told = SEARCHING.matcher(line);
      if (told.matches()) {
        at(shard, Long.parseLong(told.group(1)));
      }
    }

    synchronized void finished(Shard shard, long steps) {
      finished++;
      at(shard, steps);
    }

    private void at(Shard shard, long steps) {
      done[shard.number() - 1] = steps;
      long all = 0;
      for (long each : done) {
        all += each;
      }
      step.at(all, finished + " of " + done.length + " shards finished");
    }
  }
}
