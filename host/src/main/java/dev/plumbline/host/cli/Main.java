package dev.plumbline.host.cli;

import dev.plumbline.agent.security.RuntimeTelemetry;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.OneLine;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.MaxChanges;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.memory.MemorySize;
import dev.plumbline.host.memory.RefusedMemory;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code plumbline}; a new command is a class and a line here. */
@Command(
    name = "plumbline",
    description =
        "Finds, confirms on real devices and repairs the inputs on which a compressed model"
            + " deviates from its original.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "VERB",
    sortOptions = false,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      InspectCommand.class,
      LayersCommand.class,
      PreprocessCommand.class,
      EvaluateCommand.class,
      TrainCommand.class,
      QuantizeCommand.class,
      PruneCommand.class,
      DistillCommand.class,
      SearchCommand.class,
      CorpusCommand.class,
      ConfirmCommand.class,
      RepairCommand.class,
      AttackCommand.class,
      CheckCommand.class,
      GuardCommand.class,
      ReportCommand.class,
      DeviceCommand.class,
      AgentCommand.class,
      ServeCommand.class
    })
public final class Main implements Runnable {
  static final int CHECK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int DEVICE_LOST = 3;
  static final int OUR_FAULT = 70;

  /** As shells have it for a program that was interrupted. */
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show where a fault came from (also with PLUMBLINE_DEBUG=1).")
  private boolean debug;

  private Main() {}

  public static void main(String[] args) {
    LibraryLogs.silence();
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(main::run);
    line.registerConverter(MemorySize.class, readBy(MemorySize::parse));
    line.registerConverter(Epsilon.class, readBy(Epsilon::parse));
    line.registerConverter(MaxChanges.class, readBy(MaxChanges::parse));
    line.setParameterExceptionHandler((e, args) -> badUsage(e, List.of(args)));
    line.setExecutionExceptionHandler((e, command, result) -> main.failed(e, command));
    return line;
  }

  /** What a value's own parser refuses is bad usage, in its words. */
  private static <T> CommandLine.ITypeConverter<T> readBy(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (BadInputException | IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    };
  }

  /** Without a verb there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a verb is missing");
  }

  /** Java would end with the exit code of a check that failed where an Error comes out of it. */
  private int run(ParseResult result) {
    List<CommandLine> called = result.asCommandLineList();
    CommandLine command = called.get(called.size() - 1);
    try {
      if (!asksForHelp(called)) {
        requireNoTelemetry();
      }
      CommonOptions.boundMemory(result);
      return new CommandLine.RunLast().execute(result);
    } catch (BadInputException e) {
      return failed(e, command);
    } catch (OutOfMemoryError e) {
      return failed(new IllegalStateException("out of memory", e), command);
    } catch (StackOverflowError e) {
      return failed(
          new IllegalStateException("something in the input is nested too deeply", e), command);
    } catch (Error e) {
      return failed(new IllegalStateException(reason(e), e), command);
    }
  }

  private static boolean asksForHelp(List<CommandLine> called) {
    return called.stream()
        .anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
  }

  private static void requireNoTelemetry() {
    RuntimeTelemetry.refusal(System.getenv(), "./plumbline or bin/plumbline")
        .ifPresent(
            why -> {
              throw new BadInputException(why);
            });
  }

  /** The innermost words: what loads a library or a class wraps them several times. */
  private static String reason(Error e) {
    String words = "Java gave no reason";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      words = cause.getMessage() == null ? words : cause.getMessage();
    }
    return words;
  }

  private static int badUsage(ParameterException e, List<String> args) {
    String sentence = OneLine.of(BadUsage.sentence(e, sentence(e)));
    CommandLine command = e.getCommandLine();
    command.getErr().println("plumbline: " + sentence);
    answerIfAsked(command, args, sentence, ExitCode.USAGE);
    return ExitCode.USAGE;
  }

  private int failed(Exception e, CommandLine command) {
    boolean trace = debug || "1".equals(System.getenv("PLUMBLINE_DEBUG"));
    Optional<String> refused = RefusedMemory.sentence(e);
    int code = refused.isPresent() ? BAD_INPUT : exitCode(e);
    String sentence =
        refused.isPresent()
            ? refused.get()
            : code == OUR_FAULT
                ? "a fault of ours: "
                    + sentence(e)
                    + (trace ? "" : "; 'plumbline --debug' shows where it came from")
                : sentence(e);
    PrintWriter err = command.getErr();
    err.println("plumbline: " + sentence);
    if (trace) {
      e.printStackTrace(err);
    }
    err.flush();
    answerIfAsked(command, BadUsage.args(command), sentence, code);
    return code;
  }

  /** A program that asked for JSON reads one object, whatever came out. */
  private static void answerIfAsked(
      CommandLine command, List<String> args, String error, int exitCode) {
    if (BadUsage.asksForJson(args)) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("error", error);
      object.put("exit_code", exitCode);
      command.getOut().println(JsonText.of(object));
      command.getOut().flush();
    }
  }

  private static int exitCode(Exception e) {
    if (e instanceof BadInputException
        || e instanceof UnsupportedNodeException
        // A disk that is full or may not be written is no fault of ours.
        || e instanceof UncheckedIOException) {
      return BAD_INPUT;
    }
    if (e instanceof CancellationException) {
      return INTERRUPTED;
    }
    return e instanceof DeviceUnreachableException ? DEVICE_LOST : OUR_FAULT;
  }

  private static String sentence(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    return OneLine.of(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
