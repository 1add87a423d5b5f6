package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.gateway.HostSecurity;
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
    description =
        "Serves the dashboard, which shows jobs in a browser, and lets agents join this host; runs"
            + " until Ctrl-C.",
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
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on; beyond loopback it takes TLS and callers that show who they are"
              + " (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "Port to listen on; 0 takes any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Mixin private ServeSecurityOptions security;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MAX_PORT) {
      throw new BadInputException("port " + port + " is none, expected 0 to " + MAX_PORT);
    }
    HostSecurity.Files files = security.files();
    try (Dashboard dashboard = Dashboard.on(root, host, port, files, common::say)) {
      dashboard.start();
      String url =
          (files.certificate().isPresent() ? "https://" : "http://")
              + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
              + ":"
              + dashboard.port()
              + "/";
      common.answer(Map.of("url", url), List.of("dashboard on " + url));
      dashboard.join();
    }
    return 0;
  }
}
