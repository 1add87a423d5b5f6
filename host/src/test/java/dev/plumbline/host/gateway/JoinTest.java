package dev.plumbline.host.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.TestCertificates;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.CutLine;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.JoinedDevices;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.web.Dashboard;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that join, leave, come back and are refused: real processes, TLS of their own. */
class JoinTest {
  private static final String OF_PI = "0123456789abcdef0123456789abcdef";
  private static final String OF_LAB = "fedcba9876543210fedcba9876543210";

  @TempDir static Path made;
  private static Path ca;
  private static Path otherCa;
  private static TestCertificates.Pair server;
  private static TestCertificates.Pair pi;
  private static TestCertificates.Pair lab;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Path joinTokens;
  private Path tokens;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestCertificates certificates = new TestCertificates(made);
    ca = certificates.authority("ca");
    otherCa = certificates.authority("other-ca");
    server = certificates.signed("server", "ca");
    pi = certificates.signed("pi", "ca");
    lab = certificates.signed("lab", "other-ca");
  }

  @BeforeEach
  void writeTokens() throws Exception {
    joinTokens = Files.writeString(folder.resolve("join-tokens"), "pi " + sha256(OF_PI) + "\n");
    tokens = Files.writeString(folder.resolve("tokens"), "lab " + sha256(OF_LAB) + "\n");
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static String sha256(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private Dashboard host(int port, HostSecurity.Files files) {
    Dashboard host = Dashboard.on(folder, "127.0.0.1", port, files, line -> {});
    host.start();
    open.add(host);
    return host;
  }

  private HostSecurity.Files withTokens() {
    return new HostSecurity.Files(
        Optional.of(server.certificate()),
        Optional.of(server.key()),
        Optional.empty(),
        Optional.of(tokens),
        Optional.empty(),
        Optional.of(joinTokens));
  }

  private JoiningAgent agent(int port, String name, String... options) throws Exception {
    JoiningAgent agent = JoiningAgent.start(folder, "127.0.0.1:" + port, name, options);
    open.add(agent);
    return agent;
  }

  private Path token(String token) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "token", ""), token);
  }

  private static boolean serves(int port, String name, DeviceAccess access) {
    try (DeviceClient client =
        new DeviceClient(DeviceAddress.parse("127.0.0.1:" + port + "/" + name), access)) {
      return client.health().serving();
    } catch (DeviceUnreachableException e) {
      return false;
    }
  }

  private static void awaitServes(int port, String name, DeviceAccess access) throws Exception {
    Waiting.until(name + " to serve", () -> serves(port, name, access));
  }

  @Test
  void anAgentComesBackToAHostThatIsStartedAgain() throws Exception {
    Dashboard first = host(0, HostSecurity.Files.none());
    int port = first.port();
    JoiningAgent agent = agent(port, "pi");
    awaitServes(port, "pi", DeviceAccess.inTheClear());
    first.close();
    agent.awaitLog("host 127.0.0.1:" + port + " is lost");
    assertFalse(serves(port, "pi", DeviceAccess.inTheClear()));
    host(port, HostSecurity.Files.none());
    awaitServes(port, "pi", DeviceAccess.inTheClear());
    // One line for each change, however many attempts there were.
    assertEquals(2, agent.log().split("Joining - joined", -1).length - 1, agent.log());
  }

  @Test
  void anAgentComesBackWhenTheNetworkWasCut() throws Exception {
    Dashboard host = host(0, HostSecurity.Files.none());
    try (CutLine line = new CutLine(new DeviceAddress("127.0.0.1", host.port()))) {
      JoiningAgent agent = agent(line.address().port(), "pi");
      awaitServes(host.port(), "pi", DeviceAccess.inTheClear());
      line.cut();
      Waiting.until(
          "the host to see it", () -> !serves(host.port(), "pi", DeviceAccess.inTheClear()));
      agent.awaitLog("is lost");
      line.mend();
      awaitServes(host.port(), "pi", DeviceAccess.inTheClear());
    }
  }

  @Test
  void aNameThatIsHeldIsNotGivenTwice() throws Exception {
    int port = host(0, HostSecurity.Files.none()).port();
    JoiningAgent first = agent(port, "pi");
    awaitServes(port, "pi", DeviceAccess.inTheClear());
    JoiningAgent second = agent(port, "pi");
    second.awaitLog("cannot be joined: the host refused: the name 'pi' is held by the agent at");
    assertTrue(serves(port, "pi", DeviceAccess.inTheClear()), "the first goes on");
    first.kill();
    second.awaitLog("Joining - joined");
    awaitServes(port, "pi", DeviceAccess.inTheClear());
  }

  @Test
  void overTlsATokenLetsAnAgentJoinAndAnotherOneLetsProgramsCallIt() throws Exception {
    int port = host(0, withTokens()).port();
    String mine = token(OF_PI).toString();
    Path audit = folder.resolve("audit.jsonl");
    agent(
        port,
        "pi",
        "--join-ca",
        ca.toString(),
        "--join-token-file",
        mine,
        "--audit-log",
        audit.toString());
    DeviceAccess access = tokenAccess(OF_LAB);
    awaitServes(port, "pi", access);
    assertEquals(1, JoinedDevices.of(new DeviceAddress("127.0.0.1", port), access).size());
    try (DeviceClient client =
        new DeviceClient(DeviceAddress.parse("127.0.0.1:" + port + "/pi"), access)) {
      client.putModel(LinearModel.write(folder, 1));
    }
    String caller = "\"caller\":\"host:127.0.0.1:" + port + " for token:lab\"";
    assertTrue(Files.readString(audit).contains(caller), Files.readString(audit));
    // What lets an agent in gives it no power over the others.
    BadInputException e =
        assertThrows(BadInputException.class, () -> serves(port, "pi", tokenAccess(OF_PI)));
    assertTrue(e.getMessage().contains("the token is none of this host's"), e.getMessage());
  }

  private DeviceAccess tokenAccess(String token) throws Exception {
    return new DeviceAccess(Optional.of(ca), Optional.empty(), Optional.of(token(token)));
  }

  @Test
  void agentsThatMayNotJoinSayWhyAndTryOn() throws Exception {
    int port = host(0, withTokens()).port();
    Path mine = token(OF_LAB);
    JoiningAgent wrong =
        agent(port, "pi", "--join-ca", ca.toString(), "--join-token-file", mine.toString());
    JoiningAgent otherName =
        agent(port, "pi-2", "--join-ca", ca.toString(), "--join-token-file", token(OF_PI) + "");
    JoiningAgent distrusting = agent(port, "pi", "--join-ca", otherCa.toString());
    JoiningAgent inTheClear = agent(port, "pi");
    wrong.awaitLog("the host refused: the token is none of this host's");
    otherName.awaitLog("the host refused: 'token:pi' may not join as 'pi-2'");
    distrusting.awaitLog("the two do not agree on TLS (");
    inTheClear.awaitLog("cannot be joined");
    Files.writeString(mine, OF_PI);
    wrong.awaitLog("Joining - joined");
  }

  @Test
  void anAgentWhoseTokenIsTakenAwayIsDropped() throws Exception {
    int port = host(0, withTokens()).port();
    String mine = token(OF_PI).toString();
    JoiningAgent agent = agent(port, "pi", "--join-ca", ca.toString(), "--join-token-file", mine);
    awaitServes(port, "pi", tokenAccess(OF_LAB));
    Files.writeString(joinTokens, "");
    agent.awaitLog("the host refused: the token is none of this host's");
    assertFalse(serves(port, "pi", tokenAccess(OF_LAB)));
  }

  @Test
  void aCallUnderATokenThatIsTakenAwayEnds() throws Exception {
    int port = host(0, withTokens()).port();
    String mine = token(OF_PI).toString();
    agent(port, "pi", "--join-ca", ca.toString(), "--join-token-file", mine);
    DeviceAccess access = tokenAccess(OF_LAB);
    DeviceAddress address = new DeviceAddress("127.0.0.1", port);
    awaitServes(port, "pi", access);
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("plumbline-device", Metadata.ASCII_STRING_MARSHALLER), "pi");
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + OF_LAB);
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1",
                port,
                TlsChannelCredentials.newBuilder().trustManager(ca.toFile()).build())
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
    open.add(channel::shutdownNow);
    CompletableFuture<Status> end = new CompletableFuture<>();
    DeviceServiceGrpc.newStub(channel).infer(new Ending<>(end));
    Waiting.until(
        "the call to be open", () -> JoinedDevices.of(address, access).get(0).openCalls() == 1);
    Files.writeString(tokens, "");
    Status status = end.get(60, TimeUnit.SECONDS);
    assertEquals(Status.Code.UNAUTHENTICATED, status.getCode(), status.toString());
    assertEquals("caller 'token:lab' may no longer call this host", status.getDescription());
  }

  @Test
  void clientCertificatesDoTheSame() throws Exception {
    int port =
        host(
                0,
                new HostSecurity.Files(
                    Optional.of(server.certificate()),
                    Optional.of(server.key()),
                    Optional.of(otherCa),
                    Optional.empty(),
                    Optional.of(ca),
                    Optional.empty()))
            .port();
    String[] mine = {
      "--join-ca", ca.toString(),
      "--join-certificate", pi.certificate().toString(),
      "--join-key", pi.key().toString()
    };
    JoiningAgent misnamed = agent(port, "other", mine);
    agent(port, "pi", mine);
    DeviceAccess access = identifiedBy(lab);
    awaitServes(port, "pi", access);
    misnamed.awaitLog("may not join as 'other'");
    DeviceAccess ofAgent = identifiedBy(pi);
    assertThrows(BadInputException.class, () -> serves(port, "pi", ofAgent));
  }

  private static DeviceAccess identifiedBy(TestCertificates.Pair pair) {
    return new DeviceAccess(
        Optional.of(ca),
        Optional.of(new DeviceAccess.Identity(pair.certificate(), pair.key())),
        Optional.empty());
  }

  @Test
  void pagesAskForTheTokenToo() throws Exception {
    int port = host(0, withTokens()).port();
    HttpClient browser =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(Trusting.only(ca))
            .build();
    URI page = URI.create("https://127.0.0.1:" + port + "/");
    HttpResponse<String> refused =
        browser.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(401, refused.statusCode());
    String pair = Base64.getEncoder().encodeToString(("me:" + OF_LAB).getBytes());
    HttpResponse<String> shown =
        browser.send(
            HttpRequest.newBuilder(page).header("Authorization", "Basic " + pair).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(200, shown.statusCode());
  }

  @Test
  void beyondLoopbackAHostNeedsTlsAndCallersThatShowWhoTheyAre() {
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> Dashboard.on(folder, "0.0.0.0", 0, HostSecurity.Files.none(), line -> {}));
    assertTrue(e.getMessage().contains("beyond loopback this listens only with TLS"));
  }

  @Test
  void peersThatSendGarbageOrHangUpLeaveTheOthersAlone() throws Exception {
    int port = host(0, HostSecurity.Files.none()).port();
    agent(port, "pi");
    awaitServes(port, "pi", DeviceAccess.inTheClear());
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        OutputStream out = socket.getOutputStream();
        String head = "GET /join HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ";
        String name = i % 4 == 0 ? "../pi" : i % 4 == 1 ? "pi" : "odd-" + i;
        String description = i % 5 == 0 ? "!!" : "";
        out.write(
            (head
                    + "plumbline-join\r\nPlumbline-Name: "
                    + name
                    + "\r\nPlumbline-Description: "
                    + description
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        byte[] garbage = new byte[random.nextInt(2_000)];
        random.nextBytes(garbage);
        out.write(garbage);
        out.flush();
      } catch (IOException e) {
        // The host may hang up first.
      }
    }
    Waiting.until(
        "only the real agent",
        () ->
            JoinedDevices.of(new DeviceAddress("127.0.0.1", port), DeviceAccess.inTheClear()).size()
                == 1);
    assertTrue(serves(port, "pi", DeviceAccess.inTheClear()));
  }
}
