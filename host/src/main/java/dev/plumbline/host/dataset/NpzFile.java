package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Arrays by name, as NumPy's {@code savez} and {@code savez_compressed} write them. */
final class NpzFile {
  private static final String ENDING = ".npy";
  private static final int MOST_ARRAYS = 1000;
  private static final long MOST_BYTES = 1L << 30;

  private NpzFile() {}

  /**
   * All arrays of a file, in its order.
   *
   * @throws BadInputException if it is no such file, is damaged or unpacks to too much, or one of
   *     its arrays is one that {@link NpyFile#read} refuses
   */
  static Map<String, NpyFile> read(Path file) {
    RegularFile.require(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.size() > MOST_ARRAYS) {
        throw new BadInputException(
            file + " holds " + zip.size() + " arrays: expected at most " + MOST_ARRAYS);
      }
      Map<String, NpyFile> arrays = new LinkedHashMap<>();
      long left = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4);
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (!name.endsWith(ENDING)) {
          throw new BadInputException(
              file + " holds '" + name + "': expected arrays alone, as numpy.savez writes them");
        }
        byte[] content = content(file, zip, entry, left);
        left -= content.length;
        String array = name.substring(0, name.length() - ENDING.length());
        if (arrays.put(array, NpyFile.parse(file + " array " + array, content)) != null) {
          throw new BadInputException(
              file + " holds two arrays '" + array + "': expected each name once");
        }
      }
      if (arrays.isEmpty()) {
        throw new BadInputException(file + " holds no array: expected at least one");
      }
      return arrays;
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read as an .npz file: " + IoReason.of(e), e);
    }
  }

  private static byte[] content(Path file, ZipFile zip, ZipEntry entry, long most)
      throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] content = in.readNBytes((int) most + 1);
      if (content.length > most) {
        throw new BadInputException(
            file + " unpacks to more than the bytes that fit into memory: expected smaller arrays");
      }
      return content;
    }
  }
}
