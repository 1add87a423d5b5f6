package dev.plumbline.agent.join;

import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.MemoryConnector;
import org.eclipse.jetty.server.Server;

/** Takes no connections of others; those that the agent has dialled are served in its name. */
final class JoinedConnector extends MemoryConnector {
  private static final int MAX_STREAMS = 256;
  private static final int MAX_EVENTS_PER_SECOND = 10_000;

  /** All calls share one connection: one that is not read must not hold the others back. */
  private static final int CONNECTION_WINDOW = 64 * (512 << 10);

  private final String host;
  private final HTTP2CServerConnectionFactory http2;

  /**
   * @param host that is joined, for people
   */
  JoinedConnector(Server server, String host) {
    this(server, host, new HTTP2CServerConnectionFactory(configuration()));
  }

  private JoinedConnector(Server server, String host, HTTP2CServerConnectionFactory http2) {
    super(server, http2);
    this.host = host;
    this.http2 = http2;
    http2.setMaxConcurrentStreams(MAX_STREAMS);
    http2.setInitialSessionRecvWindow(CONNECTION_WINDOW);
    http2.setRateControlFactory(new WindowRateControl.Factory(MAX_EVENTS_PER_SECOND));
    http2.setStreamIdleTimeout(-1);
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    return http;
  }

  String host() {
    return host;
  }

  /** The agent's side of HTTP/2 on a connection that it has dialled. */
  Connection serve(EndPoint dialled) {
    return http2.newConnection(this, dialled);
  }
}
