package dev.plumbline.agent.security;

import java.security.cert.X509Certificate;

/** Who is at the other end of a call. */
public sealed interface Caller {
  /** For the audit log and for people. */
  String name();

  /** Anybody on this machine: an agent on loopback that asks for nothing. */
  record Anyone() implements Caller {
    @Override
    public String name() {
      return "anyone";
    }
  }

  /** The holder of a token. */
  record TokenHolder(Tokens.Entry entry) implements Caller {
    @Override
    public String name() {
      return "token:" + entry.name();
    }
  }

  /** The owner of a client certificate. */
  record CertificateOwner(X509Certificate[] chain) implements Caller {
    @Override
    public String name() {
      return "certificate:" + chain[0].getSubjectX500Principal().getName();
    }
  }
}
