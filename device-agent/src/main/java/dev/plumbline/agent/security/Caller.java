package dev.plumbline.agent.security;

import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Who is at the other end of a call. */
public sealed interface Caller {
  /** For the audit log and for people. */
  String name();

  /** Whether it has shown who it is. */
  default boolean isKnown() {
    return true;
  }

  /** Whether a device of that name may be who this is: a credential is for one device. */
  boolean mayBe(String device);

  /** Anybody on this machine: an agent on loopback that asks for nothing. */
  record Anyone() implements Caller {
    private static final String NAME = "anyone";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public boolean isKnown() {
      return false;
    }

    @Override
    public boolean mayBe(String device) {
      return true;
    }
  }

  /** The holder of a token. */
  record TokenHolder(Tokens.Entry entry) implements Caller {
    @Override
    public String name() {
      return "token:" + entry.name();
    }

    @Override
    public boolean mayBe(String device) {
      return entry.name().equals(device);
    }
  }

  /** The owner of a client certificate. */
  record CertificateOwner(X509Certificate[] chain) implements Caller {
    @Override
    public String name() {
      return "certificate:" + chain[0].getSubjectX500Principal().getName();
    }

    /** By the common name, which the CA has vouched for. */
    @Override
    public boolean mayBe(String device) {
      try {
        return new LdapName(chain[0].getSubjectX500Principal().getName())
            .getRdns().stream()
                .anyMatch(
                    part ->
                        part.getType().equalsIgnoreCase("CN") && part.getValue().equals(device));
      } catch (InvalidNameException e) {
        return false;
      }
    }
  }

  /**
   * The host that this agent has joined, over the connection that the agent itself has dialled.
   *
   * @param address of the host, as the agent was told it
   * @param forWhom who called the host, as the host says
   */
  record JoinedHost(String address, String forWhom) implements Caller {
    /** Of a request: its caller, where that is known from its connection. */
    public static final String ATTRIBUTE = "dev.plumbline.caller";

    @Override
    public String name() {
      return "host:" + address + (forWhom.isEmpty() ? "" : " for " + forWhom);
    }

    @Override
    public boolean isKnown() {
      return !forWhom.isEmpty() && !forWhom.equals(Anyone.NAME);
    }

    @Override
    public boolean mayBe(String device) {
      return false;
    }
  }
}
