package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class IoReasonTest {
  @Test
  void whatTheSystemSaysIsSaidInWords() {
    assertEquals("it does not exist", IoReason.of(new NoSuchFileException("a")));
    assertEquals("permission denied", IoReason.of(new AccessDeniedException("a")));
    assertEquals(
        "No space left on device", IoReason.of(new IOException("No space left on device")));
  }

  @Test
  void whatALibrarySaysOfItsOwnCodeIsLeftOut() {
    String noSense = "its content makes no sense";
    assertEquals(noSense, IoReason.of(new IOException("java.util.zip.DataFormatException")));
    assertEquals(noSense, IoReason.of(new IOException("reading org.apache.parquet.Foo failed")));
    assertEquals(noSense, IoReason.of(new IOException("LocalInputFile@1a2b3c4d is no file")));
    assertEquals(noSense, IoReason.of(new ZipException("invalid bit length repeat")));
    assertEquals(noSense, IoReason.ofContent(new IndexOutOfBoundsException("Index 7")));
    assertEquals("one line", IoReason.of(new IOException("one line\nand another")));
  }

  @Test
  void theReasonBehindALibrarysExceptionIsTheOneThatCounts() {
    IOException wrapped = new IOException("I/O error reading image!", new EOFException());
    assertEquals("it ends too early", IoReason.of(wrapped));
  }
}
