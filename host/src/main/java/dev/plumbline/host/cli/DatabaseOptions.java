package dev.plumbline.host.cli;

import dev.plumbline.agent.machine.UserFolders;
import dev.plumbline.host.fleet.FleetDatabase;
import picocli.CommandLine.Option;

/** Where the fleet and all verdicts are kept. */
final class DatabaseOptions {
  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "The fleet's database, jdbc:h2:file:PATH or jdbc:postgresql://HOST/NAME (default:"
              + " $PLUMBLINE_DATABASE, or else an H2 file in $XDG_DATA_HOME/plumbline or"
              + " ~/.local/share/plumbline).")
  private String url;

  FleetDatabase open() {
    return FleetDatabase.open(url());
  }

  private String url() {
    if (url != null) {
      return url;
    }
    // A URL may hold a password, which an environment hides better than a command line.
    String fromEnvironment = System.getenv("PLUMBLINE_DATABASE");
    if (fromEnvironment != null && !fromEnvironment.isBlank()) {
      return fromEnvironment;
    }
    return "jdbc:h2:file:" + UserFolders.ofThisUser().data().resolve("fleet");
  }
}
