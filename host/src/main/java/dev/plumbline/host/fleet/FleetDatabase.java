package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * What a host remembers of its fleet: devices, and every verdict with what produced it. H2 in a
 * file, within the program, or PostgreSQL. A connection lasts for one transaction, so that two
 * programs on one host can share the file.
 */
public final class FleetDatabase {
  private static final String H2 = "jdbc:h2:";
  private static final String H2_FILE = "jdbc:h2:file:";

  private static final Map<String, String> H2_SETTINGS =
      Map.of(
          // H2 would append each error to a file of its own, for ever.
          ";TRACE_LEVEL_FILE", "0",
          // H2 would close the file at Ctrl-C while what was judged is still being written to it.
          ";DB_CLOSE_ON_EXIT", "FALSE");

  /** H2 says so while another program has the file open. */
  private static final int FILE_IN_USE = 90020;

  /** H2 says so of a database, and of a connection, that it has closed by itself. */
  private static final Set<Integer> CLOSED = Set.of(90098, 90121);

  /** State of both databases for a key that is taken. */
  private static final String UNIQUE = "23505";

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String SCHEMA = "classpath:dev/plumbline/host/fleet/schema";

  static {
    // Flyway warns of each H2 that is newer than the one it knows. Its errors come as exceptions.
    System.setProperty("org.slf4j.simpleLogger.log.org.flywaydb", "error");
  }

  private final String url;
  private final Jdbi jdbi;

  private FleetDatabase(String url) {
    this.url = url;
    this.jdbi = Jdbi.create(() -> connect(url));
  }

  /**
   * Opens a database and brings its tables up to date; an H2 file that is not there is made.
   *
   * @param givenUrl of JDBC, {@code jdbc:h2:…} or {@code jdbc:postgresql:…}
   * @throws BadInputException if it cannot be opened, or was made by a newer Plumbline
   */
  public static FleetDatabase open(String givenUrl) {
    String url = withSettings(givenUrl);
    if (!url.startsWith(H2) && !url.startsWith("jdbc:postgresql:")) {
      throw new BadInputException(
          "database "
              + shown(url)
              + " is of no kind known here, expected jdbc:h2:file:PATH or"
              + " jdbc:postgresql://HOST/NAME");
    }
    requireNotCut(url);
    // Held so that Flyway's own connections find an H2 file open in this program, not in another.
    try (Connection held = connect(url)) {
      held.setReadOnly(true);
      Flyway.configure()
          .dataSource(url, null, null)
          .locations(SCHEMA)
          // A table that this program does not know would be filled wrongly.
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    } catch (SQLException e) {
      throw unusable(url, e);
    } catch (FlywayException e) {
      throw new BadInputException(
          "database "
              + shown(url)
              + " has tables that this Plumbline cannot use: "
              + firstLine(e)
              + "; expected one made by the same or an older Plumbline",
          e);
    }
    return new FleetDatabase(url);
  }

  /** The URL with what it does not say itself. */
  private static String withSettings(String url) {
    if (!url.startsWith(H2)) {
      return url;
    }
    StringBuilder settled = new StringBuilder(url);
    new TreeMap<>(H2_SETTINGS)
        .forEach(
            (name, value) -> {
              if (!url.toUpperCase(Locale.ROOT).contains(name)) {
                settled.append(name).append('=').append(value);
              }
            });
    return settled.toString();
  }

  /**
   * H2 makes a new database of a file without content, and a fleet that was lost would look like
   * one that never was. A file that has just been made gets its content within a moment.
   */
  private static void requireNotCut(String url) {
    Optional<Path> file = file(url);
    long began = System.nanoTime();
    try {
      while (file.isPresent() && Files.isRegularFile(file.get()) && Files.size(file.get()) == 0) {
        if (System.nanoTime() - began > MOMENT.toNanos()) {
          throw new BadInputException(
              "database "
                  + shown(url)
                  + " cannot be used: its file "
                  + file.get()
                  + " has no content, expected one that was not cut off; restore it, or delete it"
                  + " to begin a new fleet");
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (IOException e) {
      throw unusable(url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInputException("interrupted before the database was open", e);
    }
  }

  /** Of a database that H2 keeps in a file. */
  private static Optional<Path> file(String url) {
    if (!url.startsWith(H2_FILE)) {
      return Optional.empty();
    }
    String path = shown(url).substring(H2_FILE.length()) + ".mv.db";
    return Optional.of(
        Path.of(
            path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path));
  }

  private static Connection connect(String url) throws SQLException {
    long began = System.nanoTime();
    while (true) {
      try {
        return DriverManager.getConnection(url);
      } catch (SQLException e) {
        boolean waited = System.nanoTime() - began > PATIENCE.toNanos();
        if (e.getErrorCode() != FILE_IN_USE || waited) {
          throw e;
        }
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while another program had the file open", e);
      }
    }
  }

  /** The devices. */
  public DeviceRegistry devices() {
    return new DeviceRegistry(this);
  }

  /** Runs and their verdicts. */
  public RunLog runs() {
    return new RunLog(this);
  }

  /** What became of verdicts over time. */
  public VerdictHistory history() {
    return new VerdictHistory(this);
  }

  /** Takes runs out of it. */
  public RunRemoval removal() {
    return new RunRemoval(this);
  }

  /** What is read in it belongs together. */
  <T> T transaction(HandleCallback<T, RuntimeException> work) {
    try {
      return jdbi.inTransaction(work);
    } catch (JdbiException e) {
      throw unusable(url, e);
    }
  }

  /** All of it happens, and is on the disk, or none. */
  <T> T changed(HandleCallback<T, RuntimeException> work) {
    try {
      return jdbi.withHandle(
          handle -> {
            T answer = handle.inTransaction(work);
            secure(handle);
            return answer;
          });
    } catch (JdbiException e) {
      throw unusable(url, e);
    }
  }

  /** As {@link #changed}, without an answer. */
  void change(Consumer<Handle> work) {
    changed(
        handle -> {
          work.accept(handle);
          return null;
        });
  }

  /**
   * As {@link #change}, unless a row has the key already that one of the new ones was to have.
   *
   * @return false if so; nothing has happened then
   */
  boolean changeUnlessTaken(Consumer<Handle> work) {
    try {
      jdbi.useHandle(
          handle -> {
            handle.useTransaction(work::accept);
            secure(handle);
          });
      return true;
    } catch (JdbiException e) {
      if (e.getCause() instanceof SQLException sql && UNIQUE.equals(sql.getSQLState())) {
        return false;
      }
      throw unusable(url, e);
    }
  }

  /**
   * H2 writes what was committed when it closes the file, and keeps to itself that it could not,
   * the disk being full: the next transaction would find nothing of it.
   */
  private void secure(Handle handle) {
    if (url.startsWith(H2)) {
      handle.execute("checkpoint sync");
    }
  }

  /** What a user is told of a database that failed, in a sentence. */
  static BadInputException unusable(String url, Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    Throwable last = cause;
    boolean inUse = cause instanceof SQLException sql && sql.getErrorCode() == FILE_IN_USE;
    return new BadInputException(
        "database "
            + shown(url)
            + " cannot be used: "
            + (inUse
                ? "another program has had it open for "
                    + PATIENCE.toSeconds()
                    + " s; expected a free file, or PostgreSQL for programs that share it for long"
                : ofTheDisk(e)
                    .map(Throwable::getMessage)
                    .or(() -> whyClosed(url, last))
                    .orElse(firstLine(last))
                    .replace(url, shown(url))),
        e);
  }

  /**
   * H2 closes a database as soon as one of its threads cannot write, and that may be its own in the
   * background: of those who then find it closed, not all are told why. What the disk says now
   * does.
   */
  private static Optional<String> whyClosed(String url, Throwable e) {
    return e instanceof SQLException sql && CLOSED.contains(sql.getErrorCode())
        ? file(url).flatMap(FullDisk::reason)
        : Optional.empty();
  }

  /** What the system said, where it all began there: H2 wraps it several times. */
  private static Optional<IOException> ofTheDisk(Throwable e) {
    Optional<IOException> first = Optional.empty();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io && io.getMessage() != null) {
        first = Optional.of(io);
      }
    }
    return first;
  }

  private static String firstLine(Throwable e) {
    String message = String.valueOf(e.getMessage()).strip();
    // Drivers append the statement and an error number; Flyway draws a line below its first.
    String line = message.lines().findFirst().orElse("no reason given");
    int statement = line.indexOf("; SQL statement:");
    return statement < 0 ? line : line.substring(0, statement);
  }

  /** A URL for people: without the options, among which a password may be, and without a user. */
  public static String shown(String url) {
    int options = url.length();
    for (char c : new char[] {'?', ';'}) {
      int at = url.indexOf(c);
      options = at < 0 ? options : Math.min(options, at);
    }
    return url.substring(0, options).replaceAll("//.*@", "//");
  }

  @Override
  public String toString() {
    return shown(url);
  }
}
