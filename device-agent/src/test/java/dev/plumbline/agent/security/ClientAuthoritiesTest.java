package dev.plumbline.agent.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.agent.TestCertificates;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of one CA count for what they were made for, and while they are valid. */
class ClientAuthoritiesTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static ClientAuthorities authorities;

  @BeforeAll
  static void make() throws Exception {
    certificates = new TestCertificates(folder);
    authorities = ClientAuthorities.read(List.of(certificates.authority("fleet")));
  }

  private static boolean admits(String name, String... options) throws Exception {
    Path file = certificates.signedWith(name, "fleet", options).certificate();
    return authorities.admits(PemIdentity.certificates(file).toArray(X509Certificate[]::new));
  }

  @Test
  void anAgentsCertificateCallsNobodyWhereItIsForServersAlone() throws Exception {
    assertEquals(false, admits("agent", "-ext", "eku=serverAuth"));
    assertEquals(true, admits("host", "-ext", "eku=clientAuth"));
    assertEquals(true, admits("both", "-ext", "eku=serverAuth,clientAuth"));
  }

  @Test
  void oneThatSaysNoUseIsTakenForAny() throws Exception {
    assertEquals(true, admits("any"));
  }

  @Test
  void oneThatHasExpiredOrIsNotYetValidCountsNot() throws Exception {
    assertEquals(false, admits("old", "-startdate", "-30d"));
    assertEquals(false, admits("early", "-startdate", "+30d"));
  }
}
