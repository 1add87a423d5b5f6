package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.device.DeviceAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FleetTest extends FleetContract {
  @TempDir Path temp;

  @Override
  String emptyDatabase() {
    return "jdbc:h2:file:" + temp.resolve("folder/that/is/not/there/fleet");
  }

  @Override
  public String anotherEmptyDatabase() {
    return "jdbc:h2:file:" + temp.resolve("another");
  }

  @Test
  void theFileAndItsFoldersAreMade() {
    assertTrue(Files.exists(temp.resolve("folder/that/is/not/there/fleet.mv.db")));
  }

  @Test
  void errorsLeaveNoTraceFileThatGrows() {
    FleetDatabase database = FleetDatabase.open(anotherEmptyDatabase());
    database.devices().add(device("twice"));
    assertThrows(BadInputException.class, () -> database.devices().add(device("twice")));
    assertThrows(
        BadInputException.class, () -> database.change(handle -> handle.execute("select nothing")));
    assertTrue(Files.exists(temp.resolve("another.mv.db")));
    assertFalse(Files.exists(temp.resolve("another.trace.db")));
  }

  @Test
  void anotherProgramMayUseTheFileBetweenTwoTransactions() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProgram.class.getName(),
                emptyDatabase())
            .redirectErrorStream(true)
            .start();
    FleetDatabase database = FleetDatabase.open(emptyDatabase());
    for (int i = 0; i < 5; i++) {
      database.devices().add(device("mine-" + i));
    }
    String said = new String(other.getInputStream().readAllBytes());
    assertEquals(0, other.waitFor(), said);
    assertEquals(10, database.devices().all().size());
  }

  /** Adds five devices. */
  static final class OtherProgram {
    public static void main(String[] args) {
      FleetDatabase database = FleetDatabase.open(args[0]);
      for (int i = 0; i < 5; i++) {
        database.devices().add(device("theirs-" + i));
      }
    }
  }

  private static FleetDevice device(String name) {
    return new FleetDevice(name, new DeviceAddress("h", 1), Map.of(), Instant.now());
  }

  @Test
  void aDatabaseOfANewerPlumblineIsRefused() throws Exception {
    try (Connection connection = DriverManager.getConnection(emptyDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\","
              + " \"type\", \"script\", \"checksum\", \"installed_by\", \"execution_time\","
              + " \"success\") values (99, '99', 'more', 'SQL', 'V99__more.sql', 1, 'x', 1, true)");
    }
    Refusal.says(
        () -> FleetDatabase.open(emptyDatabase()), "fleet", "tables", "same or an older Plumbline");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Files.writeString(temp.resolve("notes.mv.db"), "these are notes");
    Refusal.says(
        () -> FleetDatabase.open("jdbc:h2:file:" + temp.resolve("notes")),
        "notes",
        "cannot be used");
  }

  @Test
  void anotherKindOfDatabaseIsRefused() {
    Refusal.says(
        () -> FleetDatabase.open("jdbc:mysql://host/fleet"), "jdbc:mysql", "jdbc:postgresql");
  }

  @Test
  void aPasswordIsNeverShown() {
    assertEquals(
        "jdbc:postgresql://db/fleet",
        FleetDatabase.shown("jdbc:postgresql://me:secret@db/fleet?password=secret"));
    assertEquals("jdbc:h2:file:/x", FleetDatabase.shown("jdbc:h2:file:/x;PASSWORD=secret"));
  }
}
