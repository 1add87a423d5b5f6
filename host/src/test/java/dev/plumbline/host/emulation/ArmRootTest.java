package dev.plumbline.host.emulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ArmRootTest {
  @TempDir Path root;

  private static String refusal(Executable what) {
    return assertThrows(BadInputException.class, what).getMessage();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /**
   * What a root of Debian 12 has, as far as it is looked at; links are as its packages have them.
   */
  private void writeDebian(String java) throws IOException {
    write("usr/lib/ld-linux-aarch64.so.1", "");
    String home = "usr/lib/jvm/java-" + java + "-openjdk-arm64";
    write(home + "/bin/java", "");
    assertTrue(root.resolve(home + "/bin/java").toFile().setExecutable(true));
    write(home + "/release", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"" + java + ".0.1\"\n");
    write("etc/java-" + java + "-openjdk/security/java.security", "x");
    Files.createDirectories(root.resolve(home + "/conf/security"));
    Files.createSymbolicLink(
        root.resolve(home + "/conf/security/java.security"),
        Path.of("/etc/java-" + java + "-openjdk/security/java.security"));
  }

  @Test
  void itsNewestJavaIsTakenAndItsLinksStayInIt() throws Exception {
    writeDebian("17");
    writeDebian("21");
    RelativeLinks.make(root);
    ArmRoot found = ArmRoot.of(root);
    Path home = root.toAbsolutePath().resolve("usr/lib/jvm/java-21-openjdk-arm64");
    assertEquals(home, found.javaHome());
    assertEquals("x", Files.readString(home.resolve("conf/security/java.security")));
    // Where all is in usr, programs still look for their loader in lib.
    assertTrue(Files.isRegularFile(root.resolve("lib/ld-linux-aarch64.so.1")));
  }

  @Test
  void oneWhoseLinksLeadOutOfItIsRefused() throws Exception {
    writeDebian("17");
    String refusal = refusal(() -> ArmRoot.of(root));
    assertTrue(refusal.contains("java.security leads out of " + root), refusal);
  }

  @Test
  void oneWithoutJavaOrWithAnOldOneIsRefused() throws Exception {
    writeDebian("11");
    String refusal = refusal(() -> ArmRoot.of(root));
    assertTrue(refusal.contains("has no Java 17 or newer in usr/lib/jvm"), refusal);
  }

  @Test
  void anotherFolderIsRefused() {
    String refusal = refusal(() -> ArmRoot.of(root));
    assertTrue(refusal.contains("is no arm64 system: it has no lib/ld-linux-aarch64"), refusal);
  }

  @Test
  void anUnknownProcessorIsAnsweredWithThoseThatAreKnown() {
    assertEquals(
        "processor 'cortex-m0' cannot be emulated; expected one of cortex-a53, cortex-a57,"
            + " cortex-a72, cortex-a76, haswell",
        refusal(() -> EmulatedCpu.parse("cortex-m0")));
  }

  @Test
  void aRootIsForArmAlone() {
    String refusal =
        refusal(() -> new Emulation(EmulatedCpu.HASWELL, "h", 0, 0, Optional.of(root)));
    assertTrue(refusal.startsWith("--root is for ARM"), refusal);
  }
}
