package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebianPackageIT {
  private static final long MAX_BYTES = 40_000_000;
  private static final boolean ON_ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String HERE = ON_ARM ? "arm64" : "amd64";

  @TempDir Path folder;

  private static Path built(String architecture) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(
              f ->
                  f.getFileName()
                      .toString()
                      .matches("plumbline-agent_.*_" + architecture + "\\.deb"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void assumeDpkg() {
    assumeTrue(Programs.there("dpkg-deb"), "skipped: no dpkg-deb to look into packages with");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64"})
  void itsControlFileNamesItsArchitectureAndWhatItNeeds(String architecture) throws Exception {
    assumeDpkg();
    Path deb = built(architecture);
    assertTrue(Files.size(deb) <= MAX_BYTES, Files.size(deb) + " bytes");
    assertEquals(
        "plumbline-agent " + architecture,
        Programs.run(
                "dpkg-deb", "--showformat=${Package} ${Architecture}", "--show", deb.toString())
            .succeeded());
    assertTrue(
        Programs.run("dpkg-deb", "--field", deb.toString(), "Depends")
            .succeeded()
            .startsWith("openjdk-17-jre-headless | java17-runtime-headless"));
    assertEquals(
        "/etc/default/plumbline-agent\n",
        Programs.run("dpkg-deb", "--info", deb.toString(), "conffiles").succeeded());
  }

  @ParameterizedTest
  @CsvSource({"amd64, linux-x64", "arm64, linux-aarch64"})
  void itHoldsTheAgentItsUnitAndItsUserAndAllOfItIsRoots(String architecture, String natives)
      throws Exception {
    assumeDpkg();
    List<String> lines =
        Programs.run("dpkg-deb", "--contents", built(architecture).toString())
            .succeeded()
            .lines()
            .toList();
    List<String[]> entries = lines.stream().map(l -> l.split("\\s+", 6)).toList();
    entries.forEach(e -> assertEquals("root/root", e[1], Arrays.toString(e)));
    Map<String, String> modes = new TreeMap<>();
    entries.forEach(e -> modes.put(e[5].replaceFirst("^\\./", "/"), e[0]));
    assertEquals("-rwxr-xr-x", modes.get("/usr/lib/plumbline-agent/bin/plumbline-agent"));
    String library =
        "/usr/lib/plumbline-agent/onnxruntime/ai/onnxruntime/native/"
            + natives
            + "/libonnxruntime.so";
    assertEquals("-rw-r--r--", modes.get(library));
    assertEquals("-rw-r--r--", modes.get("/usr/lib/systemd/system/plumbline-agent.service"));
    assertEquals("-rw-r--r--", modes.get("/usr/lib/sysusers.d/plumbline-agent.conf"));
    assertEquals("-rw-r--r--", modes.get("/etc/default/plumbline-agent"));
    assertTrue(
        modes.keySet().stream()
            .anyMatch(
                n ->
                    n.equals(
                        "/usr/bin/plumbline-agent -> ../lib/plumbline-agent/bin/plumbline-agent")),
        modes.keySet().toString());
  }

  @Test
  void systemdFindsNothingWrongWithTheUnit() throws Exception {
    assumeDpkg();
    assumeTrue(Programs.there("systemd-analyze"), "skipped: no systemd-analyze to ask");
    Path unit = Path.of("src/deb/data/plumbline-agent.service");
    // The program that it starts is not installed here; a program that is takes its place.
    Path copy = folder.resolve("plumbline-agent.service");
    Files.writeString(
        copy, Files.readString(unit).replace("/usr/bin/plumbline-agent", "/bin/true"));
    assertEquals("", Programs.run("systemd-analyze", "verify", copy.toString()).succeeded());
  }

  /** Works on a system of its own, with no running systemd. */
  private static void dpkg(Path root, String action, String what) throws Exception {
    Programs.run(
            "dpkg",
            "--root=" + root,
            "--log=" + root.resolve("dpkg.log"),
            // Java and systemd are this system's.
            "--force-depends",
            "--force-script-chrootless",
            // Nobody is there to be asked.
            "--force-confold",
            action,
            what)
        .succeeded();
  }

  private Path emptySystem() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    for (String sub : List.of("info", "updates", "triggers", "parts")) {
      Files.createDirectories(root.resolve("var/lib/dpkg").resolve(sub));
    }
    Files.createFile(root.resolve("var/lib/dpkg/status"));
    Files.createFile(root.resolve("var/lib/dpkg/available"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    return root;
  }

  private static boolean hasUser(Path root) throws IOException {
    return Files.readString(root.resolve("etc/passwd")).contains("\nplumbline-agent:");
  }

  private void assumeDpkgCanInstall() throws Exception {
    assumeTrue(
        Programs.there("dpkg")
            && Programs.there("systemd-sysusers")
            && Programs.there("deb-systemd-helper")
            && Programs.there("userdel"),
        "skipped: dpkg, systemd-sysusers, deb-systemd-helper and userdel are not all here");
    assumeTrue(
        Programs.run("id", "-u").succeeded().strip().equals("0"),
        "skipped: packages are installed by root, and this is another user");
  }

  @Test
  void itInstallsStartsIsRemovedAndPurgedWithoutATrace() throws Exception {
    assumeDpkgCanInstall();
    Path root = emptySystem();
    dpkg(root, "--install", built(HERE).toString());
    assertTrue(hasUser(root), Files.readString(root.resolve("etc/passwd")));
    Path wanted =
        root.resolve("etc/systemd/system/multi-user.target.wants/plumbline-agent.service");
    assertTrue(Files.isSymbolicLink(wanted), "the service is not enabled");

    // As the unit does it.
    Path state = Files.createDirectories(root.resolve("var/lib/plumbline-agent/models"));
    Programs.assertAgentStarts(root.resolve("usr/bin/plumbline-agent"), state, Map.of());
    Files.createFile(state.resolve("model.onnx"));

    // What the administrator has changed outlives another installation, and the removal.
    Path options = root.resolve("etc/default/plumbline-agent");
    Files.writeString(options, "PLUMBLINE_AGENT_OPTIONS=\"--port 7071\"\n");
    dpkg(root, "--install", built(HERE).toString());
    assertTrue(Files.readString(options).contains("7071"));
    dpkg(root, "--remove", "plumbline-agent");
    assertFalse(Files.exists(root.resolve("usr/lib/plumbline-agent")));
    assertTrue(Files.exists(options));
    assertTrue(Files.exists(state.resolve("model.onnx")));

    dpkg(root, "--purge", "plumbline-agent");
    assertFalse(hasUser(root), Files.readString(root.resolve("etc/passwd")));
    Files.delete(root.resolve("dpkg.log"));
    try (Stream<Path> left = Files.walk(root)) {
      List<String> traces =
          left.map(f -> root.relativize(f).toString())
              .filter(name -> name.contains("plumbline"))
              .toList();
      assertEquals(List.of(), traces);
    }
  }
}
