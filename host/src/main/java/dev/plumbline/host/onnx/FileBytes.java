package dev.plumbline.host.onnx;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads files in portions, as Java keeps a native buffer as large as the largest read. */
final class FileBytes {
  private static final int PORTION = 1 << 20;

  private FileBytes() {}

  static byte[] read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel, 0, Math.toIntExact(channel.size()));
    }
  }

  /**
   * @throws EOFException if the file ends before
   */
  static byte[] read(FileChannel channel, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.position() < length) {
      buffer.limit(Math.min(length, buffer.position() + PORTION));
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("it ended while it was read");
      }
    }
    return bytes;
  }
}
