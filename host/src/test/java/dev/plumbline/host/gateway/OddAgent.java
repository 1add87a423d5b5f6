package dev.plumbline.host.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Joins like an agent, and then answers each call with frames of HTTP/2 that a test has made up.
 */
final class OddAgent implements AutoCloseable {
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private final Socket socket;

  /** Answers one call. */
  @FunctionalInterface
  interface Answer {
    void write(DataOutputStream out, int stream) throws IOException;
  }

  OddAgent(int port, String name, Answer answer) throws IOException {
    socket = new Socket("127.0.0.1", port);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.write(
        ("GET /join HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: plumbline-join\r\n"
                + "Plumbline-Name: "
                + name
                + "\r\nPlumbline-Description: \r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException(head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(b);
    }
    in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
    frame(out, SETTINGS, 0, 0);
    Thread thread = new Thread(() -> serve(in, out, answer), "odd-agent");
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(DataInputStream in, DataOutputStream out, Answer answer) {
    try {
      while (true) {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.skipNBytes(head >>> 8);
        if ((head & 0xff) == SETTINGS && flags == 0) {
          frame(out, SETTINGS, 1, 0);
        } else if ((head & 0xff) == HEADERS) {
          answer.write(out, stream);
        }
      }
    } catch (IOException e) {
      // Hung up, by either side.
    }
  }

  static void frame(DataOutputStream out, int type, int flags, int stream, int... payload)
      throws IOException {
    out.writeInt(payload.length << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
    for (int b : payload) {
      out.writeByte(b);
    }
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
