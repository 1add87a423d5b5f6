package dev.plumbline.agent;

import dev.plumbline.agent.join.JoinSettings;
import dev.plumbline.agent.join.JoinedCalls;
import dev.plumbline.agent.join.Joining;
import dev.plumbline.agent.security.CallGate;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import io.grpc.DecompressorRegistry;
import io.grpc.ServerInterceptors;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.servlet.jakarta.ServletServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent while it runs: its service, served by Jetty as gRPC over HTTP/2, in the clear or over
 * TLS.
 */
final class AgentServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);

  /** Held here, since a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger SERVLET_LOG =
      java.util.logging.Logger.getLogger("io.grpc.servlet.jakarta");

  private static final java.util.logging.Logger CALL_LOG =
      java.util.logging.Logger.getLogger("io.grpc.internal.ServerCallImpl");

  private static final int JETTY_THREADS = 16;
  private static final int MAX_STREAMS = 256;

  /**
   * Jetty hangs up on a connection with more cancelled calls, pings and the like than this in a
   * second. Its own 128 is less than a host makes that gives up a few hundred calls at once.
   */
  private static final int MAX_EVENTS_PER_SECOND = 10_000;

  /** For the answers of the last calls to leave the machine. */
  private static final Duration LAST_BYTES = Duration.ofSeconds(2);

  private final AgentSettings settings;
  private final Server jetty;
  private final ServerConnector connector;
  private final ThreadPoolExecutor workers;
  private final Inference inference;
  private final WorkCalls calls;
  private final CallGate gate;
  private final DeviceService service;
  private Optional<Joining> joining = Optional.empty();

  private AgentServer(AgentSettings settings) throws IOException {
    this.settings = settings;
    // It prints a stack for every message that is too big; the host gets that as a status.
    SERVLET_LOG.setLevel(Level.SEVERE);
    // It prints one for every answer that a cancelled call does not get; CallGuard sees it too, and
    // tells the others.
    CALL_LOG.setLevel(Level.SEVERE);
    Bounds bounds = settings.bounds();
    ModelStore store;
    try {
      store = new ModelStore(settings.modelFolder(), bounds, settings.quotas());
    } catch (IOException e) {
      throw new StartException(
          "model folder " + settings.modelFolder() + " cannot be made or written (" + e + ")", e);
    }
    this.inference = inference(settings, store);
    this.calls = new WorkCalls(bounds, settings.quotas().perCaller());
    this.workers = workers(bounds.maxWorkCalls() + 4);
    QueuedThreadPool threads = new QueuedThreadPool(JETTY_THREADS);
    threads.setName("jetty");
    this.gate = new CallGate(settings.security(), callBounds(settings), threads);
    var fingerprint =
        new DeviceFingerprint(
            settings.providers(),
            settings.threads(),
            inference.runtimeVersion(),
            settings.emulator());
    this.service =
        new DeviceService(
            store, inference, fingerprint, calls, bounds, settings.security().audit());
    var adapter =
        new ServletServerBuilder()
            .maxInboundMessageSize(bounds.maxMessageBytes())
            .executor(workers)
            // Small on the wire, big in memory: what is compressed escapes every bound on bytes.
            .decompressorRegistry(DecompressorRegistry.emptyInstance())
            .addStreamTracerFactory(gate.tracing())
            .intercept(new CallGuard())
            // Parsed inside of CallGuard, so that what is no protobuf gets its status.
            .addService(ServerInterceptors.useInputStreamMessages(service.bindService()))
            .addService(ProtoReflectionServiceV1.newInstance())
            .buildServletAdapter();

    this.jetty = new Server(threads);
    this.connector = connector(settings);
    ServletContextHandler context = new ServletContextHandler("/", false, false);
    ServletHolder holder = new ServletHolder(new GrpcEndpoint(adapter, gate));
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/*");
    jetty.setHandler(new FreshServletChannel(new JoinedCalls(context)));
    jetty.setStopTimeout(LAST_BYTES.toMillis());
  }

  private static Inference inference(AgentSettings settings, ModelStore store) {
    Bounds bounds = settings.bounds();
    Quotas quotas = settings.quotas();
    if (settings.isolation().isEmpty()) {
      return new LocalInference(
          settings.providers(), settings.threads(), store, bounds, quotas.longestRun());
    }
    Isolation isolation = settings.isolation().get();
    return new IsolatedInference(
        socket ->
            new ModelProcessSettings(
                socket,
                settings.modelFolder(),
                settings.providers().toString(),
                settings.threads(),
                isolation.libraries(),
                bounds,
                quotas.longestRun()),
        isolation.maxMemoryBytes(),
        bounds,
        quotas.longestRun());
  }

  private static CallGate.Bounds callBounds(AgentSettings settings) {
    return new CallGate.Bounds(
        settings.bounds().maxMessageBytes(),
        Runtime.getRuntime().maxMemory() / 4,
        settings.quotas().maxCalls(),
        settings.bounds().maxWorkCalls(),
        Set.of(
            DeviceServiceGrpc.getPutModelMethod().getFullMethodName(),
            DeviceServiceGrpc.getInferMethod().getFullMethodName()),
        settings.quotas().longestCall(),
        settings.quotas().shortCall(),
        settings.quotas().messageTime(),
        settings.quotas().perCaller());
  }

  /** One thread per call that works, and some for those that ask. */
  private static ThreadPoolExecutor workers(int count) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            count,
            count,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  private ServerConnector connector(AgentSettings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    Optional<SslContextFactory.Server> tls = settings.security().tls();
    AbstractHTTP2ServerConnectionFactory http2;
    ServerConnector connector;
    if (tls.isPresent()) {
      // A name in the call need not be one of the certificate's: the host has checked that.
      http.addCustomizer(new SecureRequestCustomizer(false));
      http2 = new HTTP2ServerConnectionFactory(http);
      ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
      HttpConnectionFactory http1 = new HttpConnectionFactory(http);
      alpn.setDefaultProtocol(http1.getProtocol());
      connector =
          new ServerConnector(
              jetty,
              1,
              1,
              new SslConnectionFactory(tls.get(), alpn.getProtocol()),
              alpn,
              http2,
              http1);
    } else {
      http2 = new HTTP2CServerConnectionFactory(http);
      connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http), http2);
    }
    http2.setMaxConcurrentStreams(MAX_STREAMS);
    http2.setRateControlFactory(new WindowRateControl.Factory(MAX_EVENTS_PER_SECOND));
    // A call may be quiet while a batch runs; WorkCalls ends those of a host that has gone.
    http2.setStreamIdleTimeout(-1);
    connector.addBean(settings.security().connections(settings.quotas().maxConnections()));
    connector.setHost(settings.host().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.connectionIdle().toMillis());
    // Jetty would otherwise end, when it stops, what has been quiet for a second.
    connector.setShutdownIdleTimeout(LAST_BYTES.toMillis());
    return connector;
  }

  /**
   * Starts an agent.
   *
   * @throws StartException if it cannot listen there or cannot use its model folder
   */
  static AgentServer start(AgentSettings settings) throws IOException {
    return begun(new AgentServer(settings), AgentServer::listen);
  }

  /** Starts an agent that listens nowhere: only a host that it joins has it work. */
  static AgentServer startUnheard(AgentSettings settings) throws IOException {
    return begun(new AgentServer(settings), AgentServer::startJetty);
  }

  /** How an agent begins. */
  @FunctionalInterface
  private interface Beginning {
    void begin(AgentServer agent) throws IOException;
  }

  private static AgentServer begun(AgentServer agent, Beginning beginning) throws IOException {
    try {
      beginning.begin(agent);
      return agent;
    } catch (IOException | RuntimeException | Error e) {
      agent.close();
      throw e;
    }
  }

  /** Dials a host, now and whenever the connection is lost, and works for it. */
  void join(JoinSettings host) throws IOException {
    joining = Optional.of(Joining.start(jetty, host, service::description));
  }

  private void listen() throws IOException {
    jetty.addConnector(connector);
    try {
      connector.open();
    } catch (IOException e) {
      boolean inUse =
          e.getCause() instanceof BindException bind
              && String.valueOf(bind.getMessage()).contains("in use");
      throw new StartException(
          inUse
              ? "port "
                  + settings.port()
                  + " of "
                  + settings.host().getHostAddress()
                  + " is in use by another program; choose another with --port, or 0 for any free"
                  + " one"
              : "the agent cannot listen on port "
                  + settings.port()
                  + " of "
                  + settings.host().getHostAddress()
                  + ": "
                  + (e.getCause() == null ? e : e.getCause()).getMessage(),
          e);
    }
    startJetty();
  }

  private void startJetty() throws IOException {
    try {
      jetty.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the agent's server did not start", e);
    }
  }

  /** Where it listens. */
  int port() {
    return connector.getLocalPort();
  }

  /** For tests: whether no call is open and none holds memory. */
  boolean isIdle() {
    return gate.isIdle();
  }

  /** Waits for open calls for a while, then ends them and closes the models. */
  @Override
  public void close() {
    joining.ifPresent(Joining::leave);
    calls.stop(settings.grace());
    joining.ifPresent(Joining::close);
    try {
      jetty.stop();
    } catch (TimeoutException e) {
      // Connections that hosts hold open without calls: they are closed all the same.
      LOG.debug("connections were closed that hosts still held", e);
    } catch (Exception e) {
      LOG.warn("the agent's server did not stop cleanly", e);
    }
    workers.shutdown();
    calls.close();
    gate.close();
    inference.close();
  }
}
