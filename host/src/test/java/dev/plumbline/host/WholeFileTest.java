package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void aFileIsWrittenIntoFoldersThatAreMadeOnTheWay() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    WholeFile.write(file, out -> out.write('x'));
    WholeFile.write(file, out -> out.write('y'));
    assertEquals("y", Files.readString(file));
    assertEquals(List.of("c.txt"), names(file.getParent()));
  }

  @Test
  void aFailureHalfWayLeavesTheFormerFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("c.txt"), "former");
    UncheckedIOException thrown =
        assertThrows(
            UncheckedIOException.class,
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("disk full");
                    }));
    assertEquals("cannot write " + file + ": disk full", thrown.getMessage());
    assertEquals("former", Files.readString(file));
    assertEquals(List.of("c.txt"), names(folder));
  }

  private static String refused(Path file) {
    UncheckedIOException thrown =
        assertThrows(
            UncheckedIOException.class, () -> WholeFile.write(file, out -> out.write('x')));
    assertFalse(thrown.getMessage().contains("Exception"), thrown.getMessage());
    return thrown.getMessage();
  }

  @Test
  void aFolderAndAPipeStayWhatTheyAre() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    assertEquals(
        "cannot write " + inner + ": it is a folder, expected a file or nothing there",
        refused(inner));
    Path pipe = NamedPipe.make(folder.resolve("pipe"));
    assertTrue(refused(pipe).contains("named pipe"));
    assertFalse(Files.isRegularFile(pipe));
    Path file = Files.writeString(folder.resolve("file"), "former");
    assertTrue(refused(file.resolve("below")).contains(file + " is in the way"));
    assertEquals("former", Files.readString(file));
  }

  @Test
  void aLinkIsReplacedAndWhatItLedToStaysAsItWas() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "former");
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    WholeFile.write(link, out -> out.write('x'));
    assertEquals("x", Files.readString(link));
    assertEquals("former", Files.readString(elsewhere));
    assertFalse(Files.isSymbolicLink(link));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
