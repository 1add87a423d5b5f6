package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
  @TempDir Path folder;

  private byte[] read(Path file) {
    return InputFile.bytes("job", file, 1_000);
  }

  @Test
  void aFileIsReadAsItIs() throws IOException {
    byte[] content = new byte[3_000_000];
    content[2_999_999] = 7;
    Path file = Files.write(folder.resolve("file"), content);
    assertArrayEquals(content, InputFile.bytes("job", file, content.length));
  }

  @Test
  @Timeout(20)
  void whatIsNoRegularFileIsRefusedUnopened() throws Exception {
    Path none = folder.resolve("none");
    Refusal.says(() -> read(none), "job " + none + " does not exist", "expected a file");
    Refusal.says(() -> read(folder), "is a folder");
    Path pipe = NamedPipe.make(folder.resolve("pipe"));
    Refusal.says(() -> read(pipe), pipe.toString(), "named pipe");
    Path linked = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
    Refusal.says(() -> read(linked), linked.toString(), "device");
    Path lost = Files.createSymbolicLink(folder.resolve("lost"), none);
    Refusal.says(() -> read(lost), "does not exist");
  }

  @Test
  void aFileAboveItsBoundIsRefusedByItsLength() throws IOException {
    Path file = folder.resolve("sparse");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    Refusal.says(() -> read(file), "1,099,511,627,776 bytes", "expected at most 1,000");
    Refusal.says(() -> InputFile.bytes("job", file, Long.MAX_VALUE), "2,147,483,639");
  }

  @Test
  void aFileForWhichJavaHasNoMemoryIsRefused() throws IOException {
    Path file = folder.resolve("sparse");
    Runtime java = Runtime.getRuntime();
    long room = java.maxMemory() - (java.totalMemory() - java.freeMemory());
    long largest = Integer.MAX_VALUE - 8;
    assumeTrue(room < largest, "a heap of over 2 GiB has room for the largest array");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(largest);
    }
    Refusal.says(() -> InputFile.bytes("job", file, Long.MAX_VALUE), "Java has memory for");
  }

  @Test
  void linesAreReadAsTheyStand() throws IOException {
    Path file = Files.writeString(folder.resolve("rows"), "a\n\u00e9\r\n\nlast");
    List<String> lines = new ArrayList<>();
    InputFile.lines("list", file, 10, (number, line) -> lines.add(number + line));
    assertEquals(List.of("1a", "2\u00e9", "3", "4last"), lines);
  }

  @Test
  void aLineWithoutEndIsRefusedBeforeItIsKept() throws IOException {
    Path file = folder.resolve("rows");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write("first\n".getBytes(StandardCharsets.UTF_8));
      sparse.setLength(1L << 40);
    }
    Refusal.says(
        () -> InputFile.lines("list", file, 1_000, (number, line) -> true),
        "has a line 2 of more than 1000 characters");
  }

  @Test
  void aFileThatIsNotUtf8IsRefused() throws IOException {
    Path file = Files.write(folder.resolve("rows"), new byte[] {'a', '\n', (byte) 0xff});
    Refusal.says(
        () -> InputFile.lines("list", file, 1_000, (number, line) -> true), "it is not UTF-8");
  }

  @Test
  void aLinkThatLeadsOutOfAFolderIsRefusedAndOneWithinIsNot() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Path outside = Files.writeString(folder.resolve("secret"), "secret");
    Path out = Files.createSymbolicLink(inside.resolve("out"), outside);
    Path up = Files.createSymbolicLink(inside.resolve("up"), Path.of("../secret"));
    Path there = Files.writeString(inside.resolve("there"), "there");
    Path within = Files.createSymbolicLink(inside.resolve("within"), there);
    Refusal.says(() -> InputFile.requireInside(inside, out), out + " is a symbolic link");
    Refusal.says(() -> InputFile.requireInside(inside, up), up + " is a symbolic link");
    InputFile.requireInside(inside, within);
    InputFile.requireInside(inside, inside.resolve("none"));
  }
}
