package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.web.Dashboard;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = "The dashboard: shows jobs in a browser on this machine, until interrupted.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  @Mixin private CommonOptions common;

  @Option(
      names = "--root",
      defaultValue = ".",
      paramLabel = "DIR",
      description = "Folder below which the jobs are (default: the working directory).")
  private Path root;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "Port on loopback; 0 takes any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MAX_PORT) {
      throw new BadInputException("port " + port + " is none, expected 0 to " + MAX_PORT);
    }
    try (Dashboard dashboard = Dashboard.onLoopback(root, port)) {
      dashboard.start();
      String url = "http://127.0.0.1:" + dashboard.port() + "/";
      common.answer(Map.of("url", url), List.of("dashboard on " + url));
      dashboard.join();
    }
    return 0;
  }
}
