package dev.plumbline.agent.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.security.UnusableFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class JoinOptionsTest {
  @TempDir Path folder;

  private static JoinOptions options(String... args) {
    JoinOptions options = new JoinOptions();
    CommandLine.populateCommand(options, args);
    return options;
  }

  private static void assertRefused(String words, String... args) {
    UnusableFileException e = assertThrows(UnusableFileException.class, () -> options(args).read());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"gate:8080, gate, 8080", "10.0.0.1:1, 10.0.0.1, 1", "'[::1]:65535', ::1, 65535"})
  void anAddressIsReadAndWrittenAlike(String text, String host, int port) throws Exception {
    JoinSettings settings = options("--join", text, "--name", "pi").read().orElseThrow();
    assertEquals(host, settings.host());
    assertEquals(port, settings.port());
    assertEquals(text, settings.address());
    assertTrue(settings.tls().isEmpty(), "nothing asks for TLS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate", "gate:0", "gate:65536", "::1:80", "a b:80", "http://gate:80", ""})
  void whatIsNoAddressIsRefused(String text) {
    assertRefused("--join is '" + text + "'; expected HOST:PORT", "--join", text, "--name", "pi");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../pi", "a b", ".pi", "pi/7"})
  void aNameThatHostsDoNotTakeIsRefused(String name) {
    assertRefused("the agent's name '" + name + "' cannot", "--join", "gate:80", "--name", name);
  }

  @Test
  void whatSaysHowToJoinNeedsAHost() throws Exception {
    assertTrue(options().read().isEmpty());
    assertRefused("--name is given without --join", "--name", "pi");
    assertRefused("--join-ca is given without --join", "--join-ca", "ca.pem");
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Path nothing = folder.resolve("nothing");
    for (String option : new String[] {"--join-ca", "--join-token-file"}) {
      assertRefused(
          nothing + " does not exist",
          "--join",
          "gate:80",
          "--name",
          "pi",
          option,
          nothing.toString());
    }
    assertRefused(
        "--join-certificate is given without --join-key",
        "--join",
        "gate:80",
        "--name",
        "pi",
        "--join-certificate",
        "x.pem");
  }

  private String[] withToken(String token) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token);
    return new String[] {"--join", "gate:80", "--name", "pi", "--join-token-file", file.toString()};
  }

  @Test
  void aTokenThatCouldBeGuessedIsRefusedAndNotRepeated() throws Exception {
    String[] args = withToken("guessable");
    UnusableFileException e = assertThrows(UnusableFileException.class, () -> options(args).read());
    assertTrue(e.getMessage().contains("holds 9 characters"), e.getMessage());
    assertFalse(e.getMessage().contains("guessable"), e.getMessage());
  }

  @Test
  void aTokenGoesOverTlsOnly() throws Exception {
    String[] args = withToken("0123456789abcdef0123456789abcdef");
    assertTrue(options(args).read().orElseThrow().tls().isPresent());
  }
}
