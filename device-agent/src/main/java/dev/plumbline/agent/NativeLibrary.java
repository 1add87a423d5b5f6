package dev.plumbline.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One of ONNX Runtime's libraries, as its file tells.
 *
 * @param processor that it is built for, in Java's names
 * @param version of ONNX Runtime that it defines, or needs
 */
record NativeLibrary(Path file, String processor, String version) {
  /** ELF: how such a file begins, and where it names the processor. */
  private static final int MAGIC = 0x7f454c46;

  private static final int HEADER_BYTES = 64;
  private static final int MACHINE = 18;
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;

  /** Every function of ONNX Runtime is bound to a version by a name that begins so. */
  private static final byte[] VERSION_NAME = "VERS_".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_VERSION_BYTES = 32;

  /**
   * @throws StartException if it is no library of ONNX Runtime
   */
  static NativeLibrary read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < HEADER_BYTES || size > Integer.MAX_VALUE) {
        throw noLibrary(file, "it has " + size + " bytes");
      }
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
      if (Integer.reverseBytes(bytes.getInt(0)) != MAGIC) {
        throw noLibrary(file, "it is no ELF file");
      }
      return new NativeLibrary(file, processor(bytes.getShort(MACHINE)), version(file, bytes));
    } catch (IOException e) {
      throw new StartException(file + " cannot be read: " + e, e);
    }
  }

  private static StartException noLibrary(Path file, String why) {
    return new StartException(file + " is no library of ONNX Runtime: " + why);
  }

  private static String processor(int machine) {
    return switch (machine) {
      case X86_64 -> "amd64";
      case AARCH64 -> "aarch64";
      default -> "processor number " + machine;
    };
  }

  private static String version(Path file, ByteBuffer bytes) {
    int last = bytes.limit() - MAX_VERSION_BYTES;
    for (int i = 0; i < last; i++) {
      if (bytes.get(i) == VERSION_NAME[0] && startsAt(bytes, i)) {
        String version = digitsAndDots(bytes, i + VERSION_NAME.length);
        if (version.indexOf('.') > 0) {
          return version;
        }
      }
    }
    throw noLibrary(file, "it names no version of ONNX Runtime");
  }

  private static boolean startsAt(ByteBuffer bytes, int index) {
    for (int i = 0; i < VERSION_NAME.length; i++) {
      if (bytes.get(index + i) != VERSION_NAME[i]) {
        return false;
      }
    }
    return true;
  }

  private static String digitsAndDots(ByteBuffer bytes, int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; text.length() < MAX_VERSION_BYTES - VERSION_NAME.length; i++) {
      char c = (char) bytes.get(i);
      if (c != '.' && (c < '0' || c > '9')) {
        break;
      }
      text.append(c);
    }
    return text.toString();
  }

  /**
   * @throws StartException if it is for another than this one
   */
  void checkProcessor() {
    String here = System.getProperty("os.arch");
    if (!processor.equals(here)) {
      throw new StartException(
          file + " is built for " + processor + "; expected " + here + ", which this Java runs on");
    }
  }
}
