package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.memory.MemorySize;
import dev.plumbline.host.searchjob.Shard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A search as a job: planned, run as a whole or a shard of it, in one process or several. */
final class JobOptions {
  /** What a job says itself, beside how the search goes. */
  private static final Set<String> SAID_BY_JOB = Set.of("--range", "--batch", "--random-seed");

  /** What is a matter of the process that has workers, and not of them. */
  private static final Set<String> OF_THIS_PROCESS =
      Set.of(
          "--out",
          "--executor",
          "--workers",
          "--job",
          "--json",
          "--database",
          CommonOptions.MAX_MEMORY);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--plan",
      paramLabel = "JOB.json",
      description =
          "Search nothing: write the search as a job, with every parameter resolved and its seeds"
              + " by number (docs/scale-out.md).")
  private Path plan;

  @Option(
      names = "--job",
      paramLabel = "JOB.json",
      description =
          "Run a job that --plan wrote, on the same models and data. How the search goes stands in"
              + " the job; the corpus has the proxy's verdicts, and confirm adds others.")
  private Path job;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Of a job, only this part of N; 'corpus merge' joins them.")
  private String shard;

  @Option(
      names = "--executor",
      paramLabel = "in-process|processes",
      defaultValue = "in-process",
      description =
          "Where the search runs: in this process, or in --workers processes of this machine"
              + " (default: ${DEFAULT-VALUE}).")
  private String executor;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes of --executor processes; the processor's threads are shared out among them"
              + " (default: one for every two threads).")
  private Integer workers;

  /**
   * Refuses options that do not go together.
   *
   * @throws BadInputException if some do not
   */
  void require(Path out) {
    if (plan != null && (job != null || out != null)) {
      throw new BadInputException(
          "--plan is given with "
              + (job != null ? "--job" : "--out")
              + ", expected --plan alone, which searches nothing");
    }
    if (plan == null && out == null) {
      throw new BadInputException("--out is missing, expected the corpus to write");
    }
    if (shard != null && job == null) {
      throw new BadInputException(
          "--shard is given without --job, expected a job to run a part of");
    }
    if (shard != null && inProcesses()) {
      throw new BadInputException(
          "--shard is given with --executor processes, expected one of them");
    }
    if (!inProcesses() && !executor.equals("in-process")) {
      throw new BadInputException(
          "--executor is '" + executor + "', expected in-process or processes");
    }
    requireWorkers();
    if (job != null) {
      requireNothingThatTheJobSays();
    }
  }

  private void requireWorkers() {
    if (workers != null && !inProcesses()) {
      throw new BadInputException(
          "--workers is given without --executor processes, expected both or neither");
    }
    if (workers != null && workers < 1) {
      throw new BadInputException("--workers is " + workers + ", expected at least 1");
    }
  }

  private void requireNothingThatTheJobSays() {
    given()
        .filter(option -> saidByJob().contains(option.longestName()))
        .findFirst()
        .ifPresent(
            option -> {
              throw new BadInputException(
                  option.longestName()
                      + " is given with --job, which says that itself: expected one of them");
            });
  }

  private Stream<OptionSpec> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream();
  }

  private Set<String> saidByJob() {
    List<String> names = new ArrayList<>(SAID_BY_JOB);
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() instanceof SearchOptions) {
        mixin.options().forEach(option -> names.add(option.longestName()));
      }
    }
    return Set.copyOf(names);
  }

  Optional<Path> plan() {
    return Optional.ofNullable(plan);
  }

  Optional<Path> job() {
    return Optional.ofNullable(job);
  }

  Optional<Shard> shard() {
    return Optional.ofNullable(shard).map(Shard::parse);
  }

  boolean inProcesses() {
    return executor.equals("processes");
  }

  int workers() {
    return workers == null ? Math.max(1, threads() / 2) : workers;
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * What runs a shard in a process of its own: this program with the options it was given.
   *
   * @param memory that the workers have together
   */
  List<String> worker(Optional<MemorySize> memory) {
    List<String> command = new ArrayList<>(ThisProgram.java(Math.max(1, threads() / workers())));
    command.add(spec.name());
    memory.ifPresent(
        all ->
            command.addAll(
                List.of(
                    CommonOptions.MAX_MEMORY,
                    Long.toString(Math.max(1, all.bytes() / workers())))));
    Set<String> left = saidByJob();
    given()
        .filter(option -> !left.contains(option.longestName()))
        .filter(option -> !OF_THIS_PROCESS.contains(option.longestName()))
        .forEach(
            option -> {
              for (String value : option.originalStringValues()) {
                command.add(option.longestName());
                if (option.arity().max() > 0) {
                  command.add(value);
                }
              }
            });
    return command;
  }
}
