package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.TestCertificates;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agents over TLS: one that asks for tokens, one that asks for client certificates. */
class DeviceAccessTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir static Path folder;
  private static Path ca;
  private static Path otherCa;
  private static DeviceAccess.Identity client;
  private static DeviceAccess.Identity stranger;
  private static Path tokens;
  private static AgentProcess withTokens;
  private static AgentProcess withCertificates;
  private static AgentProcess elsewhere;
  private static AgentProcess inTheClear;

  @BeforeAll
  static void start() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    ca = certificates.authority("ca");
    otherCa = certificates.authority("other-ca");
    TestCertificates.Pair server = certificates.signed("server", "ca");
    TestCertificates.Pair misnamed = certificates.signed("misnamed", "ca", "192.0.2.1");
    client = identity(certificates.signed("client", "ca"));
    stranger = identity(certificates.signed("stranger", "other-ca"));
    tokens = Files.writeString(folder.resolve("tokens"), "lab " + sha256(TOKEN) + "\n");
    withTokens = agent("a", server, "--token-file", tokens.toString());
    withCertificates = agent("b", server, "--client-ca", ca.toString());
    elsewhere = agent("c", misnamed, "--token-file", tokens.toString());
    inTheClear = TestAgent.start(folder.resolve("d"));
  }

  private static DeviceAccess.Identity identity(TestCertificates.Pair pair) {
    return new DeviceAccess.Identity(pair.certificate(), pair.key());
  }

  private static AgentProcess agent(String name, TestCertificates.Pair server, String... more) {
    String[] options = {
      "--certificate",
      server.certificate().toString(),
      "--key",
      server.key().toString(),
      more[0],
      more[1]
    };
    return TestAgent.start(folder.resolve(name), options);
  }

  @AfterAll
  static void stop() {
    withTokens.close();
    withCertificates.close();
    elsewhere.close();
    inTheClear.close();
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
  }

  private static Path token(String token) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "token", ""), token + "\n");
  }

  private static DeviceAccess access(Path ca, DeviceAccess.Identity identity, Path token) {
    return new DeviceAccess(
        Optional.ofNullable(ca), Optional.ofNullable(identity), Optional.ofNullable(token));
  }

  private static void assertServes(AgentProcess agent, DeviceAccess access) {
    try (DeviceClient device = new DeviceClient(agent.address(), access)) {
      assertFalse(device.describe().runtime().isEmpty());
    }
  }

  /** One sentence, for which the program ends with exit code 2. */
  private static void assertRefused(AgentProcess agent, DeviceAccess access, String words) {
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> {
              try (DeviceClient device = new DeviceClient(agent.address(), access)) {
                device.describe();
              }
            });
    assertTrue(e.getMessage().contains(words), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertFalse(e.getMessage().contains(TOKEN), e.getMessage());
  }

  @Test
  void aTokenOpensAnAgentThatAsksForOne() throws Exception {
    assertServes(withTokens, access(ca, null, token(TOKEN)));
  }

  @Test
  void aClientCertificateOpensAnAgentThatAsksForOne() {
    assertServes(withCertificates, access(ca, client, null));
  }

  @Test
  void aModelGoesOverTlsAsWell() throws Exception {
    Path model = LinearModel.write(folder, 1);
    try (DeviceClient device =
        new DeviceClient(withTokens.address(), access(ca, null, token(TOKEN)))) {
      assertEquals(64, device.putModel(model).length());
    }
  }

  /** A handshake that is cut off looks like one that was refused; a loss comes before it. */
  @Test
  void aLineOverTlsThatBreaksIsMadeAgain() throws Exception {
    OnnxModel model = OnnxModel.read(LinearModel.write(folder, 1));
    PictureShape shape = new PictureShape(3, 6, 5);
    Preprocessing plain =
        new Preprocessing(
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            Preprocessing.Layout.NCHW,
            Preprocessing.ChannelOrder.RGB);
    List<Picture> pictures =
        Collections.nCopies(1_000, new Picture(shape, new byte[shape.bytes()]));
    int[] answered = new int[pictures.size()];
    try (FaultyLine line = new FaultyLine(withTokens.address());
        DeviceJudge judge =
            DeviceJudge.connect(
                "board", line.address(), access(ca, null, token(TOKEN)), model, plain)) {
      // The next ones strike in the handshake that follows, and after it.
      line.after(6_000, each -> each.cut(true))
          .after(700, each -> each.cut(false))
          .after(6_000, each -> each.cut(false));
      judge.judge(
          pictures,
          (first, logits) -> {
            for (int i = 0; i < logits.length; i++) {
              answered[first + i]++;
            }
          });
      assertEquals(0, line.left());
    }
    for (int times : answered) {
      assertEquals(1, times);
    }
  }

  @Test
  void anotherTokenIsRefused() throws Exception {
    assertRefused(
        withTokens,
        access(ca, null, token("f".repeat(32))),
        "device " + withTokens.address() + " refused: the token is none of this agent's");
  }

  @Test
  void noTokenIsRefused() {
    assertRefused(withTokens, access(ca, null, null), "refused: the call carries no token");
  }

  @Test
  void aTokenThatIsReplacedIsReadAgain() throws Exception {
    Path file = token("f".repeat(32));
    try (DeviceClient device = new DeviceClient(withTokens.address(), access(ca, null, file))) {
      assertThrows(BadInputException.class, device::describe);
      Files.writeString(file, TOKEN);
      assertFalse(device.describe().runtime().isEmpty());
    }
  }

  @Test
  void anAgentOfAnotherCaIsNotTrusted() throws Exception {
    assertRefused(
        withTokens, access(otherCa, null, token(TOKEN)), "and this host do not agree on TLS (");
    // Java's own CAs know nothing of it.
    assertRefused(
        withTokens, access(null, null, token(TOKEN)), "and this host do not agree on TLS (");
  }

  @Test
  void anAgentWithTheCertificateOfAnotherAddressIsNotTrusted() throws Exception {
    assertRefused(
        elsewhere, access(ca, null, token(TOKEN)), "expected a certificate for '127.0.0.1'");
  }

  @Test
  void aClientCertificateOfAnotherCaIsRefused() {
    assertRefused(
        withCertificates, access(ca, stranger, null), "and this host do not agree on TLS (");
  }

  @Test
  void noClientCertificateIsRefused() throws Exception {
    assertRefused(
        withCertificates, access(ca, null, token(TOKEN)), "and this host do not agree on TLS (");
  }

  @Test
  void anAgentInTheClearIsNotSpokenToOverTls() throws Exception {
    assertRefused(
        inTheClear, access(ca, null, token(TOKEN)), "and this host do not agree on TLS (");
  }

  @Test
  void anAgentOverTlsIsNotReachedInTheClear() {
    assertRefused(
        withTokens, DeviceAccess.inTheClear(), "speaks something else than gRPC in the clear");
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Path nothing = folder.resolve("nothing");
    assertRefused(withTokens, access(nothing, null, null), "CA file " + nothing);
    assertRefused(withTokens, access(ca, null, nothing), "token file " + nothing);
    assertRefused(
        withTokens, access(ca, null, token("short")), "holds 5 characters; expected one token");
    Path garbage = Files.writeString(folder.resolve("garbage"), "garbage");
    assertRefused(withTokens, access(garbage, null, null), "TLS cannot be set up with " + garbage);
    assertRefused(
        withTokens,
        access(ca, new DeviceAccess.Identity(client.certificate(), garbage), null),
        "TLS cannot be set up with ");
  }
}
