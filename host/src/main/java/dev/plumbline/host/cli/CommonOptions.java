package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.OneLine;
import dev.plumbline.host.Progress;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.campaign.CampaignConfig;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.memory.MemoryBudget;
import dev.plumbline.host.memory.MemorySize;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What every verb takes, and how it speaks. */
final class CommonOptions {
  private static final long USUAL_RANDOM_SEED = 1;
  static final String MAX_MEMORY = "--max-memory";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output, all else on standard error.")
  private boolean json;

  @Option(
      names = "--accelerator",
      defaultValue = "auto",
      paramLabel = "auto|cpu|cuda",
      description = "Where to compute (default: ${DEFAULT-VALUE}).")
  private Accelerator accelerator;

  @Option(
      names = "--random-seed",
      paramLabel = "N",
      description =
          "Seed of all random numbers; the same seed repeats a run (default: "
              + USUAL_RANDOM_SEED
              + ", or the job's random_seed).")
  private Long randomSeed;

  @Option(
      names = MAX_MEMORY,
      paramLabel = "SIZE",
      description =
          "Memory limit of this process, such as 3g or 800m. A quarter of it is Java's heap, and"
              + " batch sizes follow it (default: the memory that the machine and its control group"
              + " have left, or the job's max_memory).")
  private MemorySize maxMemory;

  /** Bounds the memory of the process as the options of the verb that was called say. */
  static void boundMemory(ParseResult parsed) {
    ParseResult verb = parsed;
    while (verb.hasSubcommand()) {
      verb = verb.subcommand();
    }
    MemorySize most = verb.matchedOptionValue(MAX_MEMORY, (MemorySize) null);
    MemoryBudget.bound(Optional.ofNullable(most));
  }

  /** What the verb was given, if anything. */
  Optional<MemorySize> maxMemory() {
    return Optional.ofNullable(maxMemory);
  }

  /** Bounds the memory as a job says, where the option does not. */
  void boundMemory(CampaignConfig job) {
    if (maxMemory == null) {
      MemoryBudget.bound(job.maxMemory());
    }
  }

  Accelerator accelerator() {
    return accelerator;
  }

  long randomSeed() {
    return randomSeed == null ? USUAL_RANDOM_SEED : randomSeed;
  }

  /** A job with the random seed that is given here, if one is. */
  CampaignConfig seeded(CampaignConfig job) {
    return randomSeed == null ? job : job.withRandomSeed(randomSeed);
  }

  Progress progress() {
    return ConsoleProgress.on(spec.commandLine().getErr());
  }

  /** What runs models in ONNX Runtime, in a verb that computes nothing else; says which. */
  RuntimeProvider provider() {
    return said(
        switch (accelerator) {
          case AUTO -> RuntimeProvider.best();
          case CPU -> RuntimeProvider.cpu();
          case CUDA -> RuntimeProvider.cuda();
        });
  }

  /**
   * What runs models in ONNX Runtime, in a verb that computes gradients. That they are computed on
   * a GPU asks nothing of ONNX Runtime, whose usual build is for the CPU; says which.
   */
  RuntimeProvider providerBesideGradients() {
    return said(accelerator == Accelerator.CPU ? RuntimeProvider.cpu() : RuntimeProvider.best());
  }

  private RuntimeProvider said(RuntimeProvider provider) {
    say("ONNX Runtime runs on " + provider.kind().onnxName());
    return provider;
  }

  /** What computes gradients; says which. */
  Device device() {
    Device device = accelerator.torchDevice();
    say("libtorch runs on " + (device.isGpu() ? "CUDA device " + device.getDeviceId() : "the CPU"));
    return device;
  }

  void say(String line) {
    spec.commandLine().getErr().println(OneLine.of(line));
    spec.commandLine().getErr().flush();
  }

  /** Writes what a verb found, for programs, into a file. */
  void write(Map<String, Object> object, Path file) {
    String text = JsonText.of(withLeftOut(object, leftOut())) + "\n";
    WholeFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Prints what a verb found.
   *
   * @param object for programs
   * @param lines for people
   */
  void answer(Map<String, Object> object, List<String> lines) {
    var out = spec.commandLine().getOut();
    List<LeftOut> leftOut = leftOut();
    if (json) {
      out.println(JsonText.of(withLeftOut(object, leftOut)));
    } else {
      lines.forEach(line -> out.println(OneLine.of(line)));
      leftOut.stream()
          .filter(each -> !each.isNothing())
          .forEach(each -> out.println(OneLine.of(each.toString())));
    }
    out.flush();
  }

  /** A count of what was left out of the data stands beside every figure. */
  private static Map<String, Object> withLeftOut(Map<String, Object> object, List<LeftOut> all) {
    if (all.isEmpty()) {
      return object;
    }
    Map<String, Object> more = new LinkedHashMap<>(object);
    more.put("left_out", all.stream().mapToInt(LeftOut::count).sum());
    more.put("broken", all.stream().mapToInt(LeftOut::broken).sum());
    return more;
  }

  private List<LeftOut> leftOut() {
    List<LeftOut> all = new ArrayList<>();
    leftOut(spec, all);
    return all;
  }

  private static void leftOut(CommandSpec command, List<LeftOut> into) {
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof ReadingOptions reading) {
        into.addAll(reading.leftOut());
      }
      leftOut(mixin, into);
    }
  }
}
