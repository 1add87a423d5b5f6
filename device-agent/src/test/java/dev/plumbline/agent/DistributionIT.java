package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionIT {
  private static final long MAX_BYTES = 40_000_000;
  private static final boolean ON_ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String HERE = ON_ARM ? "linux-aarch64" : "linux-x86_64";
  private static final String ELSEWHERE = ON_ARM ? "linux-x86_64" : "linux-aarch64";

  @TempDir Path folder;

  private static Path archive(String platform) {
    return Path.of("target", "plumbline-agent-" + platform + ".tar.gz");
  }

  private Path unpacked(String platform) throws Exception {
    Programs.run("tar", "-xzf", archive(platform).toString(), "-C", folder.toString()).succeeded();
    return folder.resolve("plumbline-agent");
  }

  @ParameterizedTest
  @CsvSource({"linux-x86_64, linux-x64", "linux-aarch64, linux-aarch64"})
  void itIsSmallAndHoldsTheLibrariesOfItsPlatformAlone(String platform, String natives)
      throws Exception {
    long bytes = Files.size(archive(platform));
    assertTrue(bytes <= MAX_BYTES, bytes + " bytes");
    String in = "plumbline-agent/onnxruntime/ai/onnxruntime/native/" + natives + "/";
    List<String> libraries =
        Programs.run("tar", "-tzf", archive(platform).toString())
            .succeeded()
            .lines()
            .filter(name -> name.matches(".*\\.(so|dll|dylib|yml)([.\\d]*)?"))
            .sorted()
            .toList();
    assertEquals(List.of(in + "libonnxruntime.so", in + "libonnxruntime4j_jni.so"), libraries);
  }

  @Test
  void theOneForThisPlatformRuns() throws Exception {
    Path launcher = unpacked(HERE).resolve("bin/plumbline-agent");
    Programs.assertAgentStarts(launcher, folder.resolve("models"), Map.of());
  }

  @Test
  void theOneForAnotherPlatformSaysSo() throws Exception {
    String launcher = unpacked(ELSEWHERE).resolve("bin/plumbline-agent").toString();
    String there = ON_ARM ? "linux-x64" : "linux-aarch64";
    String here = ON_ARM ? "linux-aarch64" : "linux-x64";
    assertEquals(
        new Programs.Ended(
            2,
            "plumbline-agent: this is the agent for "
                + there
                + ", and this machine is "
                + here
                + "; install the agent for "
                + here
                + "\n"),
        Programs.run(launcher));
  }

  @Test
  void aJavaRuntimeBesideItIsUsedBeforeAnyOther() throws Exception {
    Path home = unpacked(HERE);
    Path java = Files.createDirectories(home.resolve("jre/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho the one beside it\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(
        "the one beside it\n",
        Programs.run(
                Map.of("JAVA_HOME", "/nowhere"), home.resolve("bin/plumbline-agent").toString())
            .succeeded());
    Files.delete(java);
    assertEquals(
        new Programs.Ended(
            2,
            "plumbline-agent: no Java at '/nowhere/bin/java'; install Java 17 or newer, or set"
                + " JAVA_HOME\n"),
        Programs.run(
            Map.of("JAVA_HOME", "/nowhere"), home.resolve("bin/plumbline-agent").toString()));
  }
}
