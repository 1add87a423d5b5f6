package dev.plumbline.agent.security;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** How the agent is protected while it runs. */
public final class Security {
  private final Optional<ServerTls> tls;
  private final Callers callers;
  private final AuditLog audit;
  private final boolean tokensWillDo;

  Security(Optional<ServerTls> tls, Callers callers, AuditLog audit, boolean tokensWillDo) {
    this.tls = tls;
    this.callers = callers;
    this.audit = audit;
    this.tokensWillDo = tokensWillDo;
  }

  /** None: for an agent that only this machine reaches. */
  public static Security none() {
    return new Security(
        Optional.empty(),
        new Callers("agent", Optional.empty(), Optional.empty()),
        AuditLog.none(),
        false);
  }

  /**
   * @throws UnusableFileException unless nobody but this machine reaches the address, or all that
   *     come to it are known and nobody listens in
   */
  void requireFor(InetAddress host) throws UnusableFileException {
    if (host.isLoopbackAddress() || (tls.isPresent() && callers.askForSomething())) {
      return;
    }
    throw new UnusableFileException(
        "host '"
            + host.getHostAddress()
            + "' is no loopback address, and beyond loopback the agent listens only with TLS"
            + " (--certificate and --key) and with client certificates (--client-ca) or tokens"
            + " (--token-file); expected these or an address such as 127.0.0.1");
  }

  /** TLS for Jetty, or none where the agent speaks in the clear. */
  public Optional<SslContextFactory.Server> tls() {
    return tls.map(t -> t.contextFactory(tokensWillDo));
  }

  /** What listens to connections that come: it keeps TLS up to date and their number bounded. */
  public ConnectionBounds connections(int most) {
    return new ConnectionBounds(most, () -> tls.ifPresent(ServerTls::refresh));
  }

  /** Who put which model. */
  public AuditLog audit() {
    return audit;
  }

  Callers callers() {
    return callers;
  }

  /** What is on, for the log: a person should see what stands between the network and the agent. */
  public List<String> summary() {
    return List.of(
        tls.isPresent() ? "TLS" : "no TLS",
        callers.askForSomething() ? "callers must show who they are" : "callers need show nothing",
        audit.isOn() ? "audit log" : "no audit log");
  }
}
