package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a data set holds, wherever it lies: SHA-256 of the names and contents of its files. A path
 * alone does not tell whether somebody has changed a picture.
 */
public final class DataDigest {
  private DataDigest() {}

  /**
   * Reads all files once.
   *
   * @param data a file or a folder
   * @return lower-case hexadecimal
   * @throws BadInputException if it cannot be read
   */
  public static String of(Path data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (Path file : files(data)) {
        String name = data.relativize(file).toString();
        digest.update((name + "\0" + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
        try (InputStream in = Files.newInputStream(file)) {
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new BadInputException("data " + data + " cannot be read: " + IoReason.of(e), e);
    } catch (UncheckedIOException e) {
      throw new BadInputException(
          "data " + data + " cannot be read: " + IoReason.of(e.getCause()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Regular ones, in the order of their names. */
  private static List<Path> files(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
