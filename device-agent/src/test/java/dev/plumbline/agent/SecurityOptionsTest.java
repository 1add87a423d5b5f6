package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.security.SecurityOptions;
import dev.plumbline.agent.security.UnusableFileException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Options that do not protect, and files that cannot be used, each by one sentence. */
class SecurityOptionsTest {
  private static final String ANYWHERE = "0.0.0.0";

  @TempDir static Path folder;
  private static TestCertificates.Pair pair;
  private static TestCertificates.Pair other;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.authority("ca");
    pair = certificates.signed("one", "ca");
    other = certificates.signed("two", "ca");
  }

  private static String refusal(String host, Object... options) throws Exception {
    SecurityOptions security = new SecurityOptions();
    String[] args = new String[options.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = options[i].toString();
    }
    CommandLine.populateCommand(security, args);
    InetAddress address = InetAddress.getByName(host);
    String message =
        assertThrows(UnusableFileException.class, () -> security.read(address)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static void assertContains(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void beyondLoopbackAnAgentNeedsTlsAndCallersThatShowWhoTheyAre() throws Exception {
    assertContains("beyond loopback the agent listens only with TLS", refusal(ANYWHERE));
    assertContains(
        "beyond loopback",
        refusal(ANYWHERE, "--certificate", pair.certificate(), "--key", pair.key()));
    assertContains(
        "anybody could read the tokens on the way",
        refusal(ANYWHERE, "--token-file", folder.resolve("tokens")));
  }

  @Test
  void optionsThatBelongTogetherAreAskedForTogether() throws Exception {
    assertEquals(
        "--certificate is given without --key; expected both",
        refusal("127.0.0.1", "--certificate", pair.certificate()));
    assertEquals(
        "--key is given without --certificate; expected both",
        refusal("127.0.0.1", "--key", pair.key()));
    assertContains(
        "--client-ca is given without TLS",
        refusal("127.0.0.1", "--client-ca", pair.certificate()));
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsNamed() throws Exception {
    assertEquals(
        "key "
            + other.key()
            + " is not that of certificate "
            + pair.certificate()
            + "; expected the pair",
        refusal("127.0.0.1", "--certificate", pair.certificate(), "--key", other.key()));
  }

  @Test
  void filesThatAreMissingOrSomethingElseAreNamed() throws Exception {
    Path nothing = folder.resolve("nothing");
    assertEquals(
        "certificate file " + nothing + " does not exist",
        refusal("127.0.0.1", "--certificate", nothing, "--key", pair.key()));
    assertContains(
        "holds no X.509 certificates in PEM",
        refusal("127.0.0.1", "--certificate", garbage(), "--key", pair.key()));
    assertContains(
        "'openssl pkcs8 -topk8 -nocrypt' makes one",
        refusal("127.0.0.1", "--certificate", pair.certificate(), "--key", garbage()));
    assertContains("audit log", refusal("127.0.0.1", "--audit-log", nothing.resolve("log")));
  }

  private static Path garbage() throws Exception {
    return Files.writeString(folder.resolve("garbage"), "-----BEGIN RSA PRIVATE KEY-----\n");
  }

  @Test
  void aLineThatIsNoTokenIsNamedByItsNumberAndNotRepeated() throws Exception {
    Path tokens =
        Files.writeString(folder.resolve("bad"), "# people\n\nlab my-secret-token-in-the-clear\n");
    String message = refusal("127.0.0.1", "--token-file", tokens);
    assertContains("line 3 of token file " + tokens, message);
    assertFalse(message.contains("my-secret"), message);
  }
}
