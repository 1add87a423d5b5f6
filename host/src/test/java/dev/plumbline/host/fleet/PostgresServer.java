package dev.plumbline.host.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server of its own, with a folder of its own, that ends with the test. */
final class PostgresServer {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  /** Debian's; the server does not run as root. */
  private static final String ACCOUNT = "postgres";

  private final Process process;
  private final Path folder;
  private final int port;

  private PostgresServer(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /** Empty where no server is installed, or none can run. */
  static Optional<PostgresServer> start() throws IOException, InterruptedException, SQLException {
    Optional<Path> programs = programs();
    boolean root = "root".equals(System.getProperty("user.name"));
    if (programs.isEmpty() || root && !Files.exists(Path.of("/usr/sbin/runuser"))) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("plumbline-postgres");
    if (root) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
    }
    Path data = folder.resolve("data");
    run(
        folder,
        root,
        programs.get().resolve("initdb").toString(),
        "--pgdata=" + data,
        "--auth=trust",
        "--username=plumbline",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        process(
                folder,
                root,
                programs.get().resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=" + folder,
                "-c",
                "fsync=off")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    PostgresServer server = new PostgresServer(process, folder, port);
    try {
      server.await();
      return Optional.of(server);
    } catch (InterruptedException | SQLException e) {
      server.stop();
      throw e;
    }
  }

  private static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.naturalOrder());
    }
  }

  private static ProcessBuilder process(Path folder, boolean root, String... command) {
    List<String> whole = new ArrayList<>();
    if (root) {
      whole.addAll(List.of("/usr/sbin/runuser", "-u", ACCOUNT, "--"));
    }
    whole.addAll(List.of(command));
    return new ProcessBuilder(whole).directory(folder.toFile()).redirectErrorStream(true);
  }

  private static void run(Path folder, boolean root, String... command)
      throws IOException, InterruptedException {
    Process process = process(folder, root, command).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " failed: " + said);
    }
  }

  /** Waits until it takes connections. */
  private void await() throws InterruptedException, SQLException {
    SQLException last = null;
    for (int i = 0; i < 300 && process.isAlive(); i++) {
      try {
        DriverManager.getConnection(url("postgres")).close();
        return;
      } catch (SQLException e) {
        last = e;
        Thread.sleep(100);
      }
    }
    throw last == null ? new SQLException("the server ended") : last;
  }

  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=plumbline";
  }

  /** Ends it and removes its folder. */
  void stop() throws InterruptedException {
    // runuser hands the signal on; SIGINT would be the server's fast way, SIGTERM waits for
    // nobody here.
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("folder of PostgreSQL", e);
    }
  }
}
