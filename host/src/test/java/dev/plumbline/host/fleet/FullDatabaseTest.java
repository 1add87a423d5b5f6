package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** H2 closes a database when its disk is full, and does not tell everybody why. */
class FullDatabaseTest {
  @TempDir Path temp;

  private static String told(SmallDisk disk, SQLException said) {
    String url = "jdbc:h2:file:" + disk.folder().resolve("fleet");
    String start = "database " + url + " cannot be used: ";
    String message = FleetDatabase.unusable(url, said).getMessage();
    assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
    return message.substring(start.length());
  }

  private static SQLException closed() {
    return new SQLException("The database has been closed [90098-240]", "90098", 90098);
  }

  @Test
  void whoFindsTheDatabaseClosedIsToldThatTheDiskIsFull() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 400)) {
      disk.fill(0);
      assertEquals("No space left on device", told(disk, closed()));
      assertEquals(
          "Table \"DEVICE\" not found",
          told(disk, new SQLException("Table \"DEVICE\" not found", "42S02", 42102)));
      disk.free();
      assertEquals("The database has been closed [90098-240]", told(disk, closed()));
      try (Stream<Path> files = Files.list(disk.folder())) {
        assertEquals(0, files.count(), "what is left in the folder");
      }
    }
  }
}
