package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.host.Refusal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real PostgreSQL server of this machine, on a free port. */
class PostgresFleetTest extends FleetContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String WHY =
      "no PostgreSQL server in /usr/lib/postgresql, or no account to run it as";

  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    Optional<PostgresServer> started = PostgresServer.start();
    if (started.isEmpty()) {
      // Surefire counts what is skipped and keeps the reason for itself.
      System.err.println("PostgresFleetTest is skipped: " + WHY);
    }
    assumeTrue(started.isPresent(), WHY);
    server = started.get();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  @Override
  String emptyDatabase() throws Exception {
    String name = "fleet" + NUMBER.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return server.url(name);
  }

  @Override
  public String anotherEmptyDatabase() throws Exception {
    return emptyDatabase();
  }

  @Test
  void aDatabaseThatIsNotThereIsNamed() {
    Refusal.says(() -> FleetDatabase.open(server.url("nowhere")), "nowhere", "cannot be used");
  }
}
