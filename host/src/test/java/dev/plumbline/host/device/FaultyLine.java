package dev.plumbline.host.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A line to an agent that fails when it is told to: after a number of bytes of the agent's answers,
 * counted over all connections, so that the same faults come at the same places each time. What
 * follows the last byte that passed is lost.
 */
public final class FaultyLine implements AutoCloseable {
  /** What happens to the line; it may last, and answers wait meanwhile. */
  @FunctionalInterface
  public interface Fault {
    void strike(FaultyLine line) throws IOException, InterruptedException;
  }

  private record Due(long bytes, Fault fault) {}

  private static final class Connection {
    private final Socket near;
    private final Socket far;
    private volatile boolean stalled;

    Connection(Socket near, Socket far) {
      this.near = near;
      this.far = far;
    }
  }

  private final int port;
  private volatile DeviceAddress to;
  private volatile ServerSocket listening;
  private final List<Connection> connections = new ArrayList<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private long passed;
  private long lastDue;
  private volatile long deadUntil = System.nanoTime();
  private volatile boolean twice;
  private volatile boolean closed;
  private volatile int doubled;

  public FaultyLine(DeviceAddress to) throws IOException {
    this.to = to;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = listening.getLocalPort();
    thread(() -> accept(listening));
  }

  public DeviceAddress address() {
    return new DeviceAddress("127.0.0.1", port);
  }

  /** Where connections lead from now on. */
  public void leadTo(DeviceAddress other) {
    to = other;
  }

  /** Adds a fault that strikes when so many more bytes have passed than at the one before. */
  public synchronized FaultyLine after(long bytes, Fault fault) {
    lastDue = Math.max(lastDue, passed) + bytes;
    due.add(new Due(lastDue, fault));
    return this;
  }

  /** Faults that have not struck. */
  public synchronized int left() {
    return due.size();
  }

  /** Connections whose bytes went to the agent twice. */
  public int doubled() {
    return doubled;
  }

  /** Ends all connections, by a reset or as if both ends had hung up. */
  public synchronized void cut(boolean reset) throws IOException {
    for (Connection connection : connections) {
      if (!connection.stalled) {
        end(connection.near, reset);
        end(connection.far, reset);
      }
    }
    connections.removeIf(connection -> !connection.stalled);
  }

  private static void end(Socket socket, boolean reset) throws IOException {
    if (reset && !socket.isClosed()) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }

  /** Cuts, and hangs up on whoever comes for a while; 0 is for ever. */
  public void outage(long millis) throws IOException {
    deadUntil = millis == 0 ? Long.MAX_VALUE : System.nanoTime() + millis * 1_000_000;
    cut(false);
  }

  /** Cuts, and refuses connections for a while. */
  public void refuse(long millis) throws IOException {
    listening.close();
    cut(false);
    thread(
        () -> {
          try {
            Thread.sleep(millis);
            listen();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Refuses new connections and leaves those that there are. */
  public void stopListening() throws IOException {
    listening.close();
  }

  /** Refuses connections until {@link #listen}. */
  public void refuse() throws IOException {
    listening.close();
    cut(false);
  }

  /** Takes connections again after {@link #refuse()}. */
  public void listen() throws IOException {
    ServerSocket again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listening = again;
    if (closed) {
      again.close();
    }
    thread(() -> accept(again));
  }

  /** Lets nothing through any more on the connections that there are, and ends none. */
  public synchronized void stall() {
    connections.forEach(connection -> connection.stalled = true);
  }

  /** Cuts; what comes to the agent on new connections goes to it once more on another. */
  public void twice() throws IOException {
    twice = true;
    cut(false);
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "faulty-line");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket at) {
    try {
      while (true) {
        Socket near = at.accept();
        if (deadUntil == Long.MAX_VALUE || System.nanoTime() < deadUntil) {
          near.close();
          continue;
        }
        Socket far = new Socket(to.host(), to.port());
        Connection connection = new Connection(near, far);
        synchronized (this) {
          connections.add(connection);
        }
        Socket copy = twice ? new Socket(to.host(), to.port()) : null;
        if (copy != null) {
          doubled++;
          thread(() -> drain(copy));
        }
        thread(() -> copyQuestions(connection, copy));
        thread(() -> copyAnswers(connection));
      }
    } catch (IOException e) {
      // Closed: nobody is taken any more.
    }
  }

  private static void drain(Socket copy) {
    try (copy) {
      copy.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The agent has hung up on it.
    }
  }

  private void copyQuestions(Connection connection, Socket copy) {
    byte[] bytes = new byte[4096];
    try {
      InputStream in = connection.near.getInputStream();
      OutputStream out = connection.far.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!connection.stalled) {
          out.write(bytes, 0, n);
        }
        if (copy != null) {
          copy.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // One end has hung up, so both do.
    } finally {
      hangUp(connection);
      close(copy);
    }
  }

  private void copyAnswers(Connection connection) {
    byte[] bytes = new byte[4096];
    try {
      InputStream in = connection.far.getInputStream();
      OutputStream out = connection.near.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        for (int done = 0; done < n && !connection.stalled; ) {
          done += pass(bytes, done, n, out);
        }
      }
    } catch (IOException e) {
      // One end has hung up, so both do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hangUp(connection);
    }
  }

  /** Passes what may pass before the next fault, and has that strike when it is due. */
  private int pass(byte[] bytes, int from, int to, OutputStream out)
      throws IOException, InterruptedException {
    int part;
    Due struck = null;
    synchronized (this) {
      long room = due.isEmpty() ? Long.MAX_VALUE : due.peek().bytes() - passed;
      part = (int) Math.min(to - from, room);
      passed += part;
      if (part == room) {
        struck = due.poll();
      }
    }
    out.write(bytes, from, part);
    if (struck != null) {
      struck.fault().strike(this);
    }
    return part;
  }

  private static void hangUp(Connection connection) {
    if (!connection.stalled) {
      close(connection.near);
      close(connection.far);
    }
  }

  private static void close(Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    listening.close();
    for (Connection connection : connections) {
      close(connection.near);
      close(connection.far);
    }
  }
}
