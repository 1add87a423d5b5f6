package dev.plumbline.agent.security;

import io.grpc.Status;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.Executor;

/** A request whose messages are read one by one, each when there is room for it. */
final class GatedRequest extends HttpServletRequestWrapper {
  private final CallTicket ticket;
  private final int maxMessageBytes;
  private final Executor executor;
  private GatedInput input;

  /**
   * @param executor hands on what came while there was no room
   */
  GatedRequest(
      HttpServletRequest request, CallTicket ticket, int maxMessageBytes, Executor executor) {
    super(request);
    this.ticket = ticket;
    this.maxMessageBytes = maxMessageBytes;
    this.executor = executor;
  }

  /** The agent reads no header of these; gRPC would decode the one kind and keep the other. */
  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(
        Collections.list(super.getHeaderNames()).stream()
            .filter(name -> !name.endsWith("-bin") && !name.equalsIgnoreCase("authorization"))
            .toList());
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return new CancelledContext(super.startAsync(request, response));
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (input == null) {
      input = new GatedInput(super.getInputStream());
    }
    return input;
  }

  private final class GatedInput extends ServletInputStream {
    /** Of gRPC: a byte that says whether the message is compressed, and its length. */
    private static final int PREFIX = 5;

    private final ServletInputStream in;
    private final MessageFrame frame = new MessageFrame();
    private ReadListener listener;

    GatedInput(ServletInputStream in) {
      this.in = in;
    }

    @Override
    public boolean isReady() {
      return mayRead() && in.isReady();
    }

    private synchronized boolean mayRead() {
      if (ticket.isClosed()) {
        return false;
      }
      if (frame.mustAsk()) {
        frame.asked();
        if (frame.length() > maxMessageBytes) {
          // By its prefix; not another byte is read.
          Status status =
              Status.RESOURCE_EXHAUSTED.withDescription(
                  "message of "
                      + frame.length()
                      + " bytes is too big; expected at most "
                      + maxMessageBytes
                      + " bytes");
          executor.execute(() -> ticket.end(status));
        } else if (ticket.admit((int) frame.length(), this::goOn)) {
          frame.admitted();
          finishEmpty();
        }
      }
      return !frame.isWaiting();
    }

    /** There is room now. */
    private void goOn() {
      synchronized (this) {
        frame.admitted();
        finishEmpty();
      }
      executor.execute(this::deliver);
    }

    private void finishEmpty() {
      if (frame.isDone()) {
        ticket.arrived();
        frame.next();
      }
    }

    private void deliver() {
      try {
        listener.onDataAvailable();
      } catch (IOException | RuntimeException e) {
        listener.onError(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most;
      synchronized (this) {
        most = Math.min(length, frame.readable());
      }
      int count = in.read(bytes, offset, most);
      if (count > 0) {
        synchronized (this) {
          frame.read(bytes, offset, count);
          if (frame.mustAsk() && frame.length() > maxMessageBytes) {
            // gRPC would take the stream down in this thread, while another one may be answering
            // the message before. It is ended when it asks whether there is more.
            return 0;
          }
          finishEmpty();
        }
      }
      return count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public void setReadListener(ReadListener reader) {
      listener = new OneAtATime(reader);
      in.setReadListener(listener);
    }

    /** Where in a message the stream is. */
    private static final class MessageFrame {
      private final byte[] prefix = new byte[PREFIX];
      private int prefixRead;
      private long left;
      private boolean asked;
      private boolean admitted;

      boolean mustAsk() {
        return prefixRead == PREFIX && !asked;
      }

      boolean isWaiting() {
        return asked && !admitted;
      }

      boolean isDone() {
        return admitted && left == 0;
      }

      long length() {
        return Integer.toUnsignedLong(
            (prefix[1] & 0xff) << 24
                | (prefix[2] & 0xff) << 16
                | (prefix[3] & 0xff) << 8
                | prefix[4] & 0xff);
      }

      void asked() {
        asked = true;
      }

      void admitted() {
        admitted = true;
        left = length();
      }

      int readable() {
        return admitted ? (int) left : PREFIX - prefixRead;
      }

      void read(byte[] bytes, int offset, int count) {
        if (admitted) {
          left -= count;
        } else {
          System.arraycopy(bytes, offset, prefix, prefixRead, count);
          prefixRead += count;
        }
      }

      void next() {
        prefixRead = 0;
        asked = false;
        admitted = false;
      }
    }
  }

  /** What comes from the container and what comes from the executor do not meet. */
  private static final class OneAtATime implements ReadListener {
    private final ReadListener listener;

    OneAtATime(ReadListener listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void onDataAvailable() throws IOException {
      listener.onDataAvailable();
    }

    @Override
    public synchronized void onAllDataRead() throws IOException {
      listener.onAllDataRead();
    }

    @Override
    public synchronized void onError(Throwable failure) {
      listener.onError(failure);
    }
  }
}
