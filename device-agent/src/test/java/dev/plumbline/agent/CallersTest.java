package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.SecureAgent.ask;
import static dev.plumbline.agent.SecureAgent.put;
import static dev.plumbline.agent.SecureAgent.withToken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call: real TLS, real clients of gRPC. */
class CallersTest {
  private static final byte[] MODEL = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
  private static final String SHA256 = SmallModel.sha256(MODEL);
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  @TempDir static Path made;
  private static Path ca;
  private static Path otherCa;
  private static TestCertificates.Pair server;
  private static TestCertificates.Pair otherServer;
  private static TestCertificates.Pair client;
  private static TestCertificates.Pair otherClient;

  @TempDir Path folder;
  private Path tokens;
  private Path certificate;
  private Path key;
  private Path clientCa;
  private Path audit;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestCertificates certificates = new TestCertificates(made);
    ca = certificates.authority("ca");
    otherCa = certificates.authority("other-ca");
    server = certificates.signed("server", "ca");
    otherServer = certificates.signed("other-server", "other-ca");
    client = certificates.signed("client", "ca");
    otherClient = certificates.signed("other-client", "other-ca");
  }

  @BeforeEach
  void copy() throws Exception {
    tokens = Files.writeString(folder.resolve("tokens"), line("lab", TOKEN));
    certificate = Files.copy(server.certificate(), folder.resolve("agent.pem"));
    key = Files.copy(server.key(), folder.resolve("agent.key"));
    clientCa = Files.copy(ca, folder.resolve("client-ca.pem"));
    audit = folder.resolve("audit.jsonl");
  }

  private static String line(String name, String token) {
    return name + " " + SmallModel.sha256(token.getBytes()) + "\n";
  }

  private SecureAgent agent(String... more) throws Exception {
    String[] options = {
      "--certificate",
      certificate.toString(),
      "--key",
      key.toString(),
      "--audit-log",
      audit.toString()
    };
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return new SecureAgent(folder.resolve("models"), BOUNDS, Quotas.DEFAULT, all);
  }

  private SecureAgent withTokens() throws Exception {
    return agent("--token-file", tokens.toString());
  }

  private SecureAgent withCertificates() throws Exception {
    return agent("--client-ca", clientCa.toString());
  }

  private static void replace(Path from, Path to) throws Exception {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void assertEnds(Status.Code code, String words, Status found) {
    assertEquals(code, found.getCode(), found.toString());
    assertTrue(String.valueOf(found.getDescription()).contains(words), found.toString());
  }

  @Test
  void theHolderOfATokenIsServedAndNamedInTheAuditLog() throws Exception {
    try (SecureAgent agent = withTokens()) {
      Channel channel = withToken(agent.channel(ca), TOKEN);
      assertEquals(Status.OK, ask(channel));
      assertEquals(Status.OK, put(channel, MODEL));
      List<String> lines = Files.readAllLines(audit);
      assertEquals(2, lines.size(), lines.toString());
      String who =
          "\"caller\":\"token:lab\",\"address\":\"127.0.0.1\",\"model_sha256\":\""
              + SHA256
              + "\",\"size_bytes\":"
              + MODEL.length;
      assertTrue(lines.get(0).endsWith(who + ",\"outcome\":\"begun\"}"), lines.get(0));
      assertTrue(lines.get(1).endsWith(who + ",\"outcome\":\"stored\"}"), lines.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OTHER, "short", TOKEN + "0", "0123456789ABCDEF0123456789ABCDEF"})
  void anotherTokenIsRefused(String token) throws Exception {
    try (SecureAgent agent = withTokens()) {
      ManagedChannel channel = agent.channel(ca);
      assertEnds(
          Status.Code.UNAUTHENTICATED,
          "the token is none of this agent's",
          ask(withToken(channel, token)));
      assertEquals(Status.OK, ask(withToken(channel, TOKEN)));
    }
  }

  @Test
  void theHashOfATokenIsNoToken() throws Exception {
    try (SecureAgent agent = withTokens()) {
      Channel thief = withToken(agent.channel(ca), SmallModel.sha256(TOKEN.getBytes()));
      assertEnds(Status.Code.UNAUTHENTICATED, "none of this agent's", ask(thief));
    }
  }

  @Test
  void aCallWithoutATokenIsRefusedBeforeAModelIsLookedAt() throws Exception {
    try (SecureAgent agent = withTokens()) {
      assertEnds(Status.Code.UNAUTHENTICATED, "carries no token", ask(agent.channel(ca)));
      assertEnds(Status.Code.UNAUTHENTICATED, "carries no token", put(agent.channel(ca), MODEL));
      assertEquals("", Files.readString(audit));
      assertTrue(agent.isIdle());
    }
  }

  @Test
  void aTokenThatIsReplacedCountsNoMoreNotEvenForACallThatIsOpen() throws Exception {
    try (SecureAgent agent = withTokens()) {
      ManagedChannel channel = agent.channel(ca);
      Talk<PutModelRequest, PutModelResponse> open = put(withToken(channel, TOKEN));
      open.send(AgentFixture.header(SHA256, MODEL.length)).answer();
      Files.writeString(tokens, line("lab", OTHER));
      assertEnds(
          Status.Code.UNAUTHENTICATED, "none of this agent's", ask(withToken(channel, TOKEN)));
      assertEquals(Status.OK, ask(withToken(channel, OTHER)));
      assertEnds(Status.Code.UNAUTHENTICATED, "'token:lab' may no longer call", open.end());
    }
  }

  @Test
  void aTokenFileThatIsSpoiltLeavesTheLastOneInForce() throws Exception {
    try (SecureAgent agent = withTokens()) {
      ManagedChannel channel = agent.channel(ca);
      Files.writeString(tokens, "not a token file");
      assertEquals(Status.OK, ask(withToken(channel, TOKEN)));
      Files.delete(tokens);
      assertEquals(Status.OK, ask(withToken(channel, TOKEN)));
      assertEnds(
          Status.Code.UNAUTHENTICATED, "none of this agent's", ask(withToken(channel, OTHER)));
    }
  }

  @Test
  void theOwnerOfACertificateIsServedAndNamedInTheAuditLog() throws Exception {
    try (SecureAgent agent = withCertificates()) {
      assertEquals(Status.OK, put(agent.channel(ca, client), MODEL));
      assertTrue(
          Files.readString(audit).contains("\"caller\":\"certificate:CN=client\""),
          Files.readString(audit));
    }
  }

  @Test
  void aClientWithoutACertificateOfTheCaGetsNoConnection() throws Exception {
    try (SecureAgent agent = withCertificates()) {
      assertEquals(Status.Code.UNAVAILABLE, ask(agent.channel(ca)).getCode());
      assertEquals(Status.Code.UNAVAILABLE, ask(agent.channel(ca, otherClient)).getCode());
      // A token does not help where none is asked for.
      assertEquals(Status.Code.UNAVAILABLE, ask(withToken(agent.channel(ca), TOKEN)).getCode());
      assertEquals(Status.OK, ask(agent.channel(ca, client)));
    }
  }

  @Test
  void aCaThatIsReplacedCountsNoMoreNotEvenForAConnectionThatIsOpen() throws Exception {
    try (SecureAgent agent = withCertificates()) {
      ManagedChannel before = agent.channel(ca, client);
      assertEquals(Status.OK, ask(before));
      replace(otherCa, clientCa);
      assertEnds(Status.Code.UNAUTHENTICATED, "'CN=client' is not of the agent's CA", ask(before));
      assertEquals(Status.OK, ask(agent.channel(ca, otherClient)));
      assertEquals(Status.Code.UNAVAILABLE, ask(agent.channel(ca, client)).getCode());
    }
  }

  @Test
  void whereBothAreSetEitherWillDo() throws Exception {
    try (SecureAgent agent =
        agent("--client-ca", clientCa.toString(), "--token-file", tokens.toString())) {
      assertEquals(Status.OK, ask(agent.channel(ca, client)));
      assertEquals(Status.OK, ask(withToken(agent.channel(ca), TOKEN)));
      assertEnds(
          Status.Code.UNAUTHENTICATED, "no client certificate or token", ask(agent.channel(ca)));
    }
  }

  @Test
  void aNewCertificateIsShownToTheNextConnectionAndTheOpenOneGoesOn() throws Exception {
    try (SecureAgent agent = withTokens()) {
      Channel before = withToken(agent.channel(ca), TOKEN);
      assertEquals(Status.OK, ask(before));
      // Half of the pair: the agent waits for the other half.
      replace(otherServer.certificate(), certificate);
      assertEquals(Status.OK, ask(withToken(agent.channel(ca), TOKEN)));
      replace(otherServer.key(), key);
      assertEquals(Status.OK, ask(withToken(agent.channel(otherCa), TOKEN)));
      assertEquals(Status.OK, ask(before));
      assertEquals(Status.Code.UNAVAILABLE, ask(withToken(agent.channel(ca), TOKEN)).getCode());
    }
  }

  @Test
  void aClientThatSpeaksInTheClearGetsNothing() throws Exception {
    try (SecureAgent agent = withTokens()) {
      ManagedChannel clear =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", agent.port(), InsecureChannelCredentials.create())
              .build();
      assertEquals(Status.Code.INTERNAL, ask(withToken(clear, TOKEN)).getCode());
      clear.shutdownNow();
      assertEquals(Status.OK, ask(withToken(agent.channel(ca), TOKEN)));
    }
  }

  @Test
  void aModelThatIsRefusedOrKnownOrCutOffIsOnRecord() throws Exception {
    try (SecureAgent agent = withTokens()) {
      Channel channel = withToken(agent.channel(ca), TOKEN);
      assertFalse(put(channel, "no model".getBytes()).isOk());
      assertEquals(Status.OK, put(channel, MODEL));
      assertEquals(Status.OK, put(channel, MODEL));
      var cut = put(channel).send(AgentFixture.header("a\"\n" + SHA256.substring(3), 10));
      assertEquals(Status.Code.INVALID_ARGUMENT, cut.end().getCode());
      var half = put(channel).send(AgentFixture.header(SmallModel.sha256(new byte[0]), 10));
      half.answer();
      half.cancel();
      List<String> lines = awaitLines(10);
      assertTrue(lines.get(1).contains("\"refused\",\"reason\":\"model refused: "), lines.get(1));
      assertTrue(lines.get(5).endsWith("\"outcome\":\"known\"}"), lines.get(5));
      assertTrue(lines.get(6).contains("\"a\\\"\\u000a" + SHA256.substring(3)), lines.get(6));
      assertTrue(lines.get(9).endsWith("\"outcome\":\"cut_off\"}"), lines.get(9));
    }
  }

  private List<String> awaitLines(int count) throws Exception {
    List<String> lines = Files.readAllLines(audit);
    for (int i = 0; i < 250 && lines.size() < count; i++) {
      Thread.sleep(20);
      lines = Files.readAllLines(audit);
    }
    assertEquals(count, lines.size(), lines.toString());
    return lines;
  }

  @Test
  void anAgentWhoseAuditLogCannotBeWrittenTakesNoModel() throws Exception {
    try (SecureAgent agent = withTokens()) {
      Channel channel = withToken(agent.channel(ca), TOKEN);
      Files.delete(audit);
      Files.createDirectory(audit);
      assertEnds(
          Status.Code.RESOURCE_EXHAUSTED, "audit log cannot be written", put(channel, MODEL));
      assertFalse(Files.exists(folder.resolve("models").resolve(SHA256 + ".onnx")));
      assertEquals(Status.OK, ask(channel));
      Files.delete(audit);
      assertEquals(Status.OK, put(channel, MODEL));
    }
  }
}
