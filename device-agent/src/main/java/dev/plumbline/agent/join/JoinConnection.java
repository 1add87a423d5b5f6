package dev.plumbline.agent.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Asks the host for the upgrade, and hands the connection to the agent's server if it agrees. */
final class JoinConnection extends AbstractConnection implements Connection.UpgradeFrom {
  private static final int SWITCHING = 101;
  private static final int MAX_ANSWER_BYTES = 8 << 10;

  private final ByteBuffer request;
  private final JoinedConnector server;
  private final CompletableFuture<Connection> joined;
  private final Connection.Listener end;
  private volatile boolean handedOver;
  private final ByteBuffer answer = BufferUtil.allocate(MAX_ANSWER_BYTES);
  private final Answer parsed = new Answer();
  private final HttpParser parser = new HttpParser(parsed, MAX_ANSWER_BYTES);

  /**
   * @param joined gets the connection of HTTP/2 that takes over, or why there is none
   * @param end hears when that connection is closed
   */
  JoinConnection(
      EndPoint dialled,
      Executor executor,
      String request,
      JoinedConnector server,
      CompletableFuture<Connection> joined,
      Connection.Listener end) {
    super(dialled, executor);
    this.request = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
    this.server = server;
    this.joined = joined;
    this.end = end;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    getEndPoint().write(Callback.from(this::fillInterested, this::fail), request);
  }

  @Override
  public void onFillable() {
    try {
      while (true) {
        int count = getEndPoint().fill(answer);
        if (count < 0) {
          parser.atEOF();
        }
        if (parser.parseNext(answer) && parsed.status == SWITCHING) {
          takeOver();
          return;
        }
        if (parsed.complete) {
          fail(new JoinException(parsed.refusal()));
          return;
        }
        if (count < 0) {
          fail(new JoinException("the host hung up before it answered"));
          return;
        }
        if (count == 0) {
          fillInterested();
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private void takeOver() {
    EndPoint dialled = getEndPoint();
    // Heartbeats tell whether the host lives; a call may be quiet for long.
    dialled.setIdleTimeout(0);
    Connection http2 = server.serve(dialled);
    http2.addEventListener(end);
    handedOver = true;
    dialled.upgrade(http2);
    joined.complete(http2);
  }

  /** What came behind the answer. */
  @Override
  public ByteBuffer onUpgradeFrom() {
    return answer;
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    fail(cause);
  }

  @Override
  public void onClose(Throwable cause) {
    super.onClose(cause);
    if (!handedOver) {
      fail(cause == null ? new JoinException("the connection was closed") : cause);
    }
  }

  private void fail(Throwable cause) {
    joined.completeExceptionally(cause);
    getEndPoint().close();
  }

  /** The host's answer; one that is no upgrade says why in a sentence. */
  private static final class Answer implements HttpParser.ResponseHandler {
    private int status;
    private boolean complete;
    private boolean isText;
    private final StringBuilder sentence = new StringBuilder();

    String refusal() {
      String said = sentence.toString().strip();
      return said.isEmpty() || !isText
          ? "the host answered HTTP " + status + ", not as 'plumbline serve' does"
          : "the host refused: " + said;
    }

    @Override
    public void startResponse(HttpVersion version, int code, String reason) {
      status = code;
    }

    @Override
    public void parsedHeader(HttpField field) {
      isText |=
          field.getName().equalsIgnoreCase("content-type")
              && String.valueOf(field.getValue()).startsWith("text/plain");
    }

    /** Ends parsing where the protocol changes. */
    @Override
    public boolean headerComplete() {
      return status == SWITCHING;
    }

    @Override
    public boolean content(ByteBuffer bytes) {
      String text = StandardCharsets.UTF_8.decode(bytes).toString();
      // Another program's words go into this one's log.
      sentence.append(text.replaceAll("\\p{Cntrl}+", " "));
      return false;
    }

    @Override
    public boolean contentComplete() {
      return false;
    }

    @Override
    public boolean messageComplete() {
      complete = true;
      return true;
    }

    @Override
    public void badMessage(HttpException failure) {
      complete = true;
    }

    @Override
    public void earlyEOF() {
      complete = true;
    }
  }
}
