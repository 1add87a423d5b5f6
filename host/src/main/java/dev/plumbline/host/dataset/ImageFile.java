package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads the first picture of a file with a reader of Java's Image I/O, within bounds. */
final class ImageFile {
  private ImageFile() {}

  /** What is taken from a reader whose input is set and whose size is within the bounds. */
  interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  /**
   * @param kind of file, for messages
   * @throws BadInputException if it is damaged or too large
   */
  static <T> T read(
      ImageReaderSpi readers, byte[] content, String kind, String name, Reading<T> reading) {
    try {
      return read(readers.createReaderInstance(), content, kind, name, reading);
    } catch (IOException e) {
      throw new IllegalStateException("no reader of " + kind, e);
    }
  }

  static <T> T read(
      ImageReader reader, byte[] content, String kind, String name, Reading<T> reading) {
    String[] cutOff = new String[1];
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, false, true);
      // A JPEG that is cut off is filled with grey and only warned of.
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (warning.contains("Premature end") || warning.contains("Truncated")) {
              cutOff[0] = warning;
            }
          });
      T result =
          DecodeBounds.within(
              name, reader.getWidth(0), reader.getHeight(0), () -> reading.from(reader));
      if (cutOff[0] != null) {
        throw damaged(name, kind, cutOff[0], null);
      }
      return result;
    } catch (BadInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The readers throw IndexOutOfBounds and the like on random bytes.
      throw damaged(name, kind, IoReason.ofContent(e), e);
    } finally {
      reader.dispose();
    }
  }

  static BadInputException damaged(String name, String kind, String why, Throwable cause) {
    return new BadInputException(
        name + " is a damaged " + kind + " file (" + why + "): expected a whole picture", cause);
  }
}
