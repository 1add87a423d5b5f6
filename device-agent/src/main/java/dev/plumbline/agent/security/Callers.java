package dev.plumbline.agent.security;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** Decides who may call: by client certificate or by token, either will do where both are set. */
public final class Callers {
  private static final String BEARER = "Bearer ";

  private final String self;
  private final Optional<Watched<ClientAuthorities>> authorities;
  private final Optional<Watched<Tokens>> tokens;

  /**
   * @param self who asks, for what callers are told: "agent"
   */
  public Callers(
      String self,
      Optional<Watched<ClientAuthorities>> authorities,
      Optional<Watched<Tokens>> tokens) {
    this.self = self;
    this.authorities = authorities;
    this.tokens = tokens;
  }

  /** Why a caller is not admitted; the message is one sentence for its user. */
  public static final class NotAdmittedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAdmittedException(String message) {
      super(message);
    }
  }

  /** Whether a caller has to show anything. */
  public boolean askForSomething() {
    return authorities.isPresent() || tokens.isPresent();
  }

  /**
   * Who a caller is.
   *
   * @param chain of the client's certificate, or null
   * @param authorization the header of that name, or null
   */
  public Caller admit(X509Certificate[] chain, String authorization) throws NotAdmittedException {
    if (!askForSomething()) {
      return new Caller.Anyone();
    }
    boolean certified = chain != null && chain.length > 0;
    if (certified && authorities.isPresent() && authorities.get().current().admits(chain)) {
      return new Caller.CertificateOwner(chain);
    }
    if (authorization != null && tokens.isPresent()) {
      Optional<Tokens.Entry> entry =
          authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
              ? tokens.get().current().find(authorization.substring(BEARER.length()).strip())
              : Optional.empty();
      if (entry.isPresent()) {
        return new Caller.TokenHolder(entry.get());
      }
      throw new NotAdmittedException("the token is none of this " + self + "'s");
    }
    if (certified && authorities.isPresent()) {
      throw new NotAdmittedException(
          "client certificate '"
              + chain[0].getSubjectX500Principal().getName()
              + "' is not of the "
              + self
              + "'s CA or not valid now");
    }
    throw new NotAdmittedException(
        "the call carries no " + expected() + "; the " + self + " asks for one");
  }

  private String expected() {
    if (authorities.isEmpty()) {
      return "token";
    }
    return tokens.isEmpty() ? "client certificate" : "client certificate or token";
  }

  /** Whether a caller that was admitted once would be admitted now. */
  public boolean stillAdmits(Caller caller) {
    if (caller instanceof Caller.TokenHolder holder) {
      return tokens.isPresent() && tokens.get().current().find(holder.entry().sha256()).isPresent();
    }
    if (caller instanceof Caller.CertificateOwner owner) {
      return authorities.isPresent() && authorities.get().current().admits(owner.chain());
    }
    // A host that was joined is a caller for as long as its connection is open.
    return caller instanceof Caller.JoinedHost || !askForSomething();
  }
}
