package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that others made: only regular ones, as a pipe never ends, and up to a size. */
final class RegularFile {
  private RegularFile() {}

  /**
   * @param mostBytes that it may have
   * @throws BadInputException if it is none, is larger or cannot be read
   */
  static byte[] read(Path file, int mostBytes) {
    require(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(mostBytes + 1);
      if (content.length > mostBytes) {
        throw new BadInputException(
            file + " is larger than the " + mostBytes + " bytes that such a file may have");
      }
      return content;
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /**
   * @throws BadInputException if it is a pipe, a device or a socket, or is not there
   */
  static void require(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          file
              + (Files.exists(file)
                  ? " is a folder, a pipe or a device: expected a regular file"
                  : " does not exist: expected a regular file"));
    }
  }
}
