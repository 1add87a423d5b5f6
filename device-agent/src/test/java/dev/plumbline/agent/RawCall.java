package dev.plumbline.agent;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;

/** A call whose bytes are chosen one by one, as no client of gRPC would. */
final class RawCall {
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final Stream stream;

  /** One connection in the clear. */
  static final class Connection implements AutoCloseable {
    private final HTTP2Client client = new HTTP2Client();
    private final Session session;

    Connection(int port) throws Exception {
      client.start();
      session =
          client
              .connect(new InetSocketAddress("127.0.0.1", port), new Session.Listener() {})
              .get(15, TimeUnit.SECONDS);
    }

    RawCall call(String method, String... headers) throws Exception {
      HttpFields.Mutable fields = HttpFields.build().add("content-type", "application/grpc");
      fields.add("te", "trailers");
      for (int i = 0; i < headers.length; i += 2) {
        fields.add(headers[i], headers[i + 1]);
      }
      return new RawCall(
          session,
          new MetaData.Request(
              "POST",
              HttpURI.from("http://127.0.0.1/plumbline.device.v1.DeviceService/" + method),
              HttpVersion.HTTP_2,
              fields));
    }

    @Override
    public void close() {
      try {
        client.stop();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private RawCall(Session session, MetaData.Request request) throws Exception {
    stream =
        session
            .newStream(
                new HeadersFrame(request, null, false),
                new Stream.Listener() {
                  @Override
                  public void onHeaders(Stream answered, HeadersFrame frame) {
                    String found = frame.getMetaData().getHttpFields().get("grpc-status");
                    if (found != null) {
                      status.complete(Integer.valueOf(found));
                    } else if (frame.isEndStream()) {
                      status.complete(-1);
                    }
                    answered.demand();
                  }

                  @Override
                  public void onDataAvailable(Stream answered) {
                    Stream.Data data = answered.readData();
                    if (data != null) {
                      data.release();
                      if (!data.frame().isEndStream()) {
                        answered.demand();
                      }
                    }
                  }

                  @Override
                  public void onReset(Stream answered, ResetFrame frame, Callback callback) {
                    status.complete(-2);
                    callback.succeeded();
                  }
                })
            .get(15, TimeUnit.SECONDS);
  }

  RawCall send(int... values) throws Exception {
    return data(false, values);
  }

  /** The last bytes of the request. */
  RawCall end(int... values) throws Exception {
    return data(true, values);
  }

  private RawCall data(boolean last, int... values) throws Exception {
    ByteBuffer some = ByteBuffer.allocate(values.length);
    for (int value : values) {
      some.put((byte) value);
    }
    stream.data(new DataFrame(stream.getId(), some.flip(), last)).get(15, TimeUnit.SECONDS);
    return this;
  }

  /** That of gRPC; -1 where the answer has none, -2 where the stream was reset without one. */
  int status() throws Exception {
    return status.get(20, TimeUnit.SECONDS);
  }
}
