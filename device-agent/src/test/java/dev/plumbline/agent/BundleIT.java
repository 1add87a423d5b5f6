package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleIT {
  private static final long MAX_BYTES = 90_000_000;
  private static final String HOME = System.getProperty("java.home");

  @TempDir Path folder;

  @Test
  void theAgentRunsWithTheBundlesOwnJava() throws Exception {
    assumeTrue(
        Files.isRegularFile(Path.of(HOME, "jmods", "java.base.jmod")),
        "skipped: no jmods in " + HOME + " to make a Java runtime of");
    Map<String, String> jdk = Map.of("JAVA_HOME", HOME);
    Programs.run(jdk, "./bundle", "--out", folder.toString()).succeeded();
    String platform = System.getProperty("os.arch").replace("amd64", "x86_64");
    Path bundle = folder.resolve("plumbline-agent-bundle-linux-" + platform + ".tar.gz");
    Programs.run("tar", "-xzf", bundle.toString(), "-C", folder.toString()).succeeded();
    try (Stream<Path> files = Files.walk(folder.resolve("plumbline-agent"))) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertTrue(bytes <= MAX_BYTES, bytes + " bytes unpacked");
    }
    Programs.assertAgentStarts(
        folder.resolve("plumbline-agent/bin/plumbline-agent"),
        folder.resolve("models"),
        Map.of("JAVA_HOME", "/nowhere"));
  }

  @Test
  void aBundleForAnotherPlatformWantsItsJmods() throws Exception {
    boolean onArm = System.getProperty("os.arch").equals("aarch64");
    String there = onArm ? "linux-x86_64" : "linux-aarch64";
    String here = onArm ? "linux-aarch64" : "linux-x86_64";
    assertEquals(
        new Programs.Ended(
            2,
            "bundle: --jmods is missing: this JDK's are for "
                + here
                + ", and the bundle is for "
                + there
                + "\n"),
        Programs.run(Map.of("JAVA_HOME", HOME), "./bundle", "--platform", there));
  }

  @Test
  void anUnknownOptionIsRefused() throws Exception {
    assertEquals(
        new Programs.Ended(
            2, "bundle: option '--x' is unknown; expected --platform, --jmods or --out\n"),
        Programs.run("./bundle", "--x"));
  }
}
