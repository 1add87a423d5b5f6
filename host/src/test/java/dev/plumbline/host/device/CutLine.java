package dev.plumbline.host.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A line to an agent that can be cut: what comes after is taken and hung up on at once. */
public final class CutLine implements AutoCloseable {
  private final ServerSocket listening;
  private final DeviceAddress to;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean cut;

  public CutLine(DeviceAddress to) throws IOException {
    this.to = to;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  public DeviceAddress address() {
    return new DeviceAddress("127.0.0.1", listening.getLocalPort());
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "cut-line");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        if (cut) {
          near.close();
          continue;
        }
        Socket far = new Socket(to.host(), to.port());
        sockets.addAll(List.of(near, far));
        thread(() -> copy(near, far));
        thread(() -> copy(far, near));
      }
    } catch (IOException e) {
      // Closed: nobody is taken any more.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One end has hung up, so both do.
    }
  }

  public void cut() {
    cut = true;
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** What comes now goes through again. */
  public void mend() {
    cut = false;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
