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
      byte[] bytes = new byte[Math.toIntExact(channel.size())];
      read(channel, 0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /**
   * Reads a part of a file.
   *
   * @param at where in {@code bytes} it goes
   * @throws EOFException if the file ends before
   */
  static void read(FileChannel channel, long offset, byte[] bytes, int at, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length).slice();
    while (buffer.position() < length) {
      buffer.limit(Math.min(length, buffer.position() + PORTION));
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("it ended while it was read");
      }
    }
  }
}
