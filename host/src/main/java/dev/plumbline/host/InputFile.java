package dev.plumbline.host;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads files that others made. Only a regular file is opened, as a named pipe would wait and a
 * device never end, and only one that is not larger than it may be.
 */
public final class InputFile {
  /** Java takes native memory as large as a read. */
  private static final int PORTION = 1 << 20;

  /** What an array of Java can hold. */
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private InputFile() {}

  /**
   * The content of a file.
   *
   * @param what it is to be, for messages: "job"
   * @param most bytes it may have
   * @throws BadInputException if it is not there, no regular file, too large, or cannot be read
   */
  public static byte[] bytes(String what, Path file, long most) {
    require(what, file);
    // A channel would end at an interrupt, and the file be called unreadable.
    try (InputStream in = new FileInputStream(file.toFile())) {
      return read(what, file, in, most);
    } catch (IOException e) {
      throw unreadable(what, file, e);
    }
  }

  /** Hears of the lines of a file. */
  @FunctionalInterface
  public interface Lines {
    /**
     * @param number 1 for the first
     * @param line without its end
     * @return whether to go on
     */
    boolean at(int number, String line) throws IOException;
  }

  /**
   * Reads a file line by line, as UTF-8.
   *
   * @param most characters a line may have; one that is longer is refused before it is kept
   * @throws BadInputException as {@link #bytes}, and if it is not UTF-8
   */
  public static void lines(String what, Path file, int most, Lines lines) {
    require(what, file);
    int number = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(file.toFile()), StandardCharsets.UTF_8.newDecoder()))) {
      StringBuilder line = new StringBuilder();
      int c;
      do {
        c = reader.read();
        if (c >= 0 && c != '\n') {
          if (line.length() == most) {
            throw new BadInputException(
                what
                    + " "
                    + file
                    + " has a line "
                    + (number + 1)
                    + " of more than "
                    + most
                    + " characters, expected shorter ones");
          }
          line.append((char) c);
        } else if (c >= 0 || line.length() > 0) {
          number++;
          if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
          }
          if (!lines.at(number, line.toString())) {
            return;
          }
          line.setLength(0);
        }
      } while (c >= 0);
    } catch (IOException e) {
      throw new BadInputException(
          what + " " + file + " cannot be read after line " + number + ": " + IoReason.of(e), e);
    }
  }

  /**
   * Whether a file or folder is in a folder, its links followed. What others made may name or link
   * to files of whoever reads it.
   *
   * @throws IOException if either is not there or its links cannot be followed
   */
  public static boolean isInside(Path folder, Path file) throws IOException {
    return file.toRealPath().startsWith(folder.toRealPath());
  }

  /**
   * Refuses what does not lie in a folder, its links followed; what is not there passes.
   *
   * @throws BadInputException if it lies elsewhere
   */
  public static void requireInside(Path folder, Path file) {
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isInside(folder, file)) {
        throw new BadInputException(
            file
                + " is a symbolic link that leads out of "
                + folder
                + ", expected what lies in that folder");
      }
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /**
   * Refuses what is no regular file, and what a link leads to that is none.
   *
   * @throws BadInputException if so
   */
  public static void require(String what, Path file) {
    if (Files.isRegularFile(file)) {
      return;
    }
    String found =
        !Files.exists(file)
            ? "does not exist"
            : Files.isDirectory(file) ? "is a folder" : "is a named pipe, a socket or a device";
    throw new BadInputException(what + " " + file + " " + found + ", expected a file");
  }

  private static byte[] read(String what, Path file, InputStream in, long most) throws IOException {
    long size = Files.size(file);
    requireAtMost(what, file, size, Math.min(most, LARGEST_ARRAY));
    Runtime java = Runtime.getRuntime();
    long room = java.maxMemory() - (java.totalMemory() - java.freeMemory());
    if (size > room) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s %s has %,d bytes and Java has memory for %,d; expected a smaller file, or more"
                  + " memory by PLUMBLINE_JAVA_OPTS=-Xmx4g",
              what,
              file,
              size,
              room));
    }
    byte[] bytes = new byte[(int) size];
    int at = 0;
    while (at < bytes.length) {
      int read = in.read(bytes, at, Math.min(PORTION, bytes.length - at));
      if (read < 0) {
        // It was cut while it was read: what is there may still say what it is.
        return Arrays.copyOf(bytes, at);
      }
      at += read;
    }
    return bytes;
  }

  /** Refuses a file that has more bytes than it may have. */
  public static void requireAtMost(String what, Path file, long size, long most) {
    if (size > most) {
      throw new BadInputException(
          String.format(
              Locale.ROOT, "%s %s has %,d bytes, expected at most %,d", what, file, size, most));
    }
  }

  /** What is said where a file cannot be read. */
  public static BadInputException unreadable(String what, Path file, IOException e) {
    return new BadInputException(what + " " + file + " cannot be read: " + IoReason.of(e), e);
  }
}
