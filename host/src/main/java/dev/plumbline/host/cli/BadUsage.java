package dev.plumbline.host.cli;

import dev.plumbline.host.NearestWord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A call that is none, in one sentence that names the nearest option or verb. */
final class BadUsage {
  private BadUsage() {}

  static String sentence(ParameterException e, String message) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    return unmatched(e)
            .map(word -> unknown(word, spec))
            // Picocli begins some of its sentences so.
            .orElse(message.replaceFirst("^Error: ", ""))
        + "; '"
        + spec.qualifiedName()
        + " --help' lists what there is";
  }

  /** The first word that nothing takes: what is said to be missing may be misspelt there. */
  private static Optional<String> unmatched(ParameterException e) {
    List<String> left =
        e instanceof UnmatchedArgumentException words
            ? words.getUnmatched()
            : e.getCommandLine().getUnmatchedArguments();
    boolean verbs = !e.getCommandLine().getSubcommands().isEmpty();
    return left.stream()
        .filter(word -> word.startsWith("-") != verbs)
        .findFirst()
        .or(() -> left.stream().findFirst());
  }

  private static String unknown(String word, CommandSpec spec) {
    String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word;
    if (word.startsWith("-")) {
      Set<String> options = new TreeSet<>(spec.optionsMap().keySet());
      return "unknown option '" + name + "'" + NearestWord.hint(name, options);
    }
    Set<String> verbs = new TreeSet<>(spec.subcommands().keySet());
    return (verbs.isEmpty() ? "'" + word + "' is one word too many" : "unknown verb '" + word + "'")
        + NearestWord.hint(word, verbs);
  }

  /** Whether a call asks for JSON, be it sound or not. */
  static boolean asksForJson(List<String> args) {
    int end = args.indexOf("--");
    return args.subList(0, end < 0 ? args.size() : end).stream()
        .anyMatch(arg -> arg.equals("--json") || arg.equals("--json=true"));
  }

  /** All arguments of a call, given the command of it that failed. */
  static List<String> args(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getParseResult() == null ? List.of() : root.getParseResult().originalArgs();
  }
}
