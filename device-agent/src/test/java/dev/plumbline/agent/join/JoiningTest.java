package dev.plumbline.agent.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.DescribeResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent does with hosts that are not what they should be. */
class JoiningTest {
  private static final String AGREED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: plumbline-join\r\n"
          + "Connection: Upgrade\r\n\r\n";

  private static final Joining.Timing QUICK =
      new Joining.Timing(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          Duration.ofSeconds(60));

  private static final DescribeResponse DESCRIPTION =
      DescribeResponse.newBuilder().addAvailableProviders("CPU").build();

  private Server jetty;
  private ServerSocket host;
  private Joining joining;

  @BeforeEach
  void start() throws Exception {
    jetty = new Server();
    jetty.start();
    host = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    // A guard against hanging: the agent dials again within moments.
    host.setSoTimeout(60_000);
    joining =
        Joining.start(
            jetty,
            new JoinSettings(
                "127.0.0.1", host.getLocalPort(), "pi", Optional.empty(), Optional.empty()),
            QUICK,
            () -> DESCRIPTION);
  }

  @AfterEach
  void stop() throws Exception {
    joining.close();
    host.close();
    jetty.stop();
  }

  private static String head(Socket agent) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    InputStream in = agent.getInputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("ended after " + head);
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void say(Socket agent, String text) throws IOException {
    agent.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    agent.getOutputStream().flush();
  }

  @Test
  void itSaysWhoItIs() throws Exception {
    try (Socket agent = host.accept()) {
      String head = head(agent);
      assertTrue(head.startsWith("GET /join HTTP/1.1\r\n"), head);
      assertTrue(head.contains("\r\nPlumbline-Name: pi\r\n"), head);
      String sent = head.replaceFirst("(?s).*Plumbline-Description: (\\S+).*", "$1");
      assertEquals(DESCRIPTION, DescribeResponse.parseFrom(Base64.getDecoder().decode(sent)));
    }
  }

  @Test
  void itComesBackFromHostsOfEveryKind() throws Exception {
    String[] answers = {
      "",
      "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno.",
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>a page",
      "SSH-2.0-OpenSSH_9.2\r\n",
      AGREED + "this is not HTTP/2, and it goes on for longer than a preface would",
      "HTTP/1.1 403 Forbidden\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
    };
    for (String answer : answers) {
      try (Socket agent = host.accept()) {
        head(agent);
        say(agent, answer);
      }
    }
    host.accept().close();
  }

  @Test
  void aHostThatFallsSilentIsLeftAndDialledAgain() throws Exception {
    try (Socket silent = host.accept()) {
      head(silent);
      say(silent, AGREED + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      silent.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      silent.getOutputStream().flush();
      try (Socket again = host.accept()) {
        assertTrue(head(again).contains("Plumbline-Name: pi"));
      }
    }
  }

  @Test
  void aHostThatNeverAnswersIsLeftAndDialledAgain() throws Exception {
    try (Socket mute = host.accept()) {
      head(mute);
      try (Socket again = host.accept()) {
        assertTrue(head(again).contains("Plumbline-Name: pi"));
      }
    }
  }
}
