package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDigestTest {
  @TempDir Path temp;

  private Path data(String folder, String content) throws IOException {
    Path data = temp.resolve(folder);
    Files.createDirectories(data.resolve("a"));
    Files.createDirectories(data.resolve("b"));
    Files.writeString(data.resolve("a/1.png"), content);
    Files.writeString(data.resolve("b/2.png"), "other");
    return data;
  }

  @Test
  void theSameFilesHaveTheSameDigestWhereverTheyLie() throws IOException {
    assertEquals(DataDigest.of(data("here", "x")), DataDigest.of(data("there", "x")));
    Path file = Files.writeString(temp.resolve("one"), "x");
    assertEquals(DataDigest.of(file), DataDigest.of(Files.copy(file, temp.resolve("two"))));
  }

  @Test
  void anotherContentNameOrPlaceMakesAnotherDigest() throws IOException {
    String digest = DataDigest.of(data("here", "x"));
    assertNotEquals(digest, DataDigest.of(data("other", "y")));
    Path moved = data("moved", "x");
    Files.move(moved.resolve("a/1.png"), moved.resolve("b/1.png"));
    assertNotEquals(digest, DataDigest.of(moved));
    Path more = data("more", "x");
    Files.writeString(more.resolve("b/3.png"), "");
    assertNotEquals(digest, DataDigest.of(more));
  }

  @Test
  void dataThatIsNotThereIsRefused() {
    Refusal.says(
        () -> DataDigest.of(temp.resolve("none")), "none cannot be read", "does not exist");
  }
}
