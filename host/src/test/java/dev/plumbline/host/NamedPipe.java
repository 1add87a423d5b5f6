package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/** A named pipe that nobody writes to: who opens it to read waits for ever. */
public final class NamedPipe {
  private NamedPipe() {}

  /** Makes one, with the program of the system. */
  public static Path make(Path file) throws IOException, InterruptedException {
    Process mkfifo = new ProcessBuilder("mkfifo", file.toString()).inheritIO().start();
    assertEquals(0, mkfifo.waitFor());
    return file;
  }
}
