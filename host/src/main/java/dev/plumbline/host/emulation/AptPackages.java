package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Java for arm64 and all that it needs, as this system's own apt gets them: from the mirrors that
 * are configured, with their signatures checked, beside the packages of the system, which are not
 * touched. Needs no rights.
 */
final class AptPackages {
  /** Which of them there is depends on the release. */
  private static final List<String> JAVA =
      List.of("openjdk-17-jre-headless", "openjdk-21-jre-headless", "default-jre-headless");

  /** For ONNX Runtime. */
  private static final String CPP = "libstdc++6";

  private static final String REMEDY =
      "; expected a Debian with mirrors that have arm64, or a system made on one (by debootstrap,"
          + " with openjdk-17-jre-headless) given with --root";

  private final Path work;
  private final Progress progress;

  private AptPackages(Path work, Progress progress) {
    this.work = work;
    this.progress = progress;
  }

  /**
   * Gets and unpacks them.
   *
   * @param work an empty folder for what comes in between, on the same disk as the root
   * @param root where to unpack
   * @throws BadInputException if they cannot be had
   */
  static void unpack(Path work, Path root, Progress progress) throws IOException {
    for (String program : List.of("apt-get", "dpkg-deb")) {
      if (ExternalProgram.find(program).isEmpty()) {
        throw new BadInputException(
            "an arm64 system cannot be made: there is no " + program + " here" + REMEDY);
      }
    }
    AptPackages apt = new AptPackages(work, progress);
    apt.configure();
    apt.unpackInto(root, apt.fetch());
  }

  /** Read after the system's own configuration, so that it has the last word. */
  private void configure() throws IOException {
    Files.createDirectories(work.resolve("lists/partial"));
    Files.createDirectories(work.resolve("archives/partial"));
    Files.createFile(work.resolve("status"));
    Files.writeString(
        work.resolve("apt.conf"),
        String.join(
            "\n",
            "APT::Architecture \"arm64\";",
            "#clear APT::Architectures;",
            "APT::Architectures { \"arm64\"; };",
            "APT::Install-Recommends \"false\";",
            "APT::Get::Assume-Yes \"true\";",
            "APT::Sandbox::User \"root\";",
            // Hooks that tidy this system up; nothing of it changes here.
            "#clear APT::Update::Pre-Invoke;",
            "#clear APT::Update::Post-Invoke;",
            "#clear APT::Update::Post-Invoke-Success;",
            "#clear DPkg::Pre-Invoke;",
            "#clear DPkg::Pre-Install-Pkgs;",
            "#clear DPkg::Post-Invoke;",
            "Acquire::Languages \"none\";",
            "Acquire::Retries \"2\";",
            "Dir::State \"" + work + "\";",
            "Dir::State::lists \"" + work.resolve("lists") + "\";",
            "Dir::State::status \"" + work.resolve("status") + "\";",
            "Dir::Cache \"" + work + "\";",
            "Dir::Cache::archives \"" + work.resolve("archives") + "\";",
            "Dir::Cache::pkgcache \"\";",
            "Dir::Cache::srcpkgcache \"\";",
            ""));
  }

  private ExternalProgram.Ended apt(Runnable meanwhile, String... args) {
    List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
    command.add("--config-file=" + work.resolve("apt.conf"));
    command.addAll(List.of(args));
    return ExternalProgram.run(Map.of("DEBIAN_FRONTEND", "noninteractive"), command, meanwhile);
  }

  private List<Path> fetch() throws IOException {
    progress.say("an arm64 system for emulation is made of Debian's packages, once");
    ExternalProgram.Ended update = apt(() -> {}, "update");
    if (update.exit() != 0) {
      throw new BadInputException(
          "apt-get cannot get the list of arm64 packages: " + update.lastLine() + REMEDY);
    }
    String java = java();
    long count =
        apt(() -> {}, "--print-uris", "install", java, CPP)
            .said()
            .lines()
            .filter(line -> line.startsWith("'"))
            .count();
    try (Progress.Step step = progress.begin("fetching arm64 packages", count)) {
      ExternalProgram.Ended install =
          apt(() -> step.at(arrived(), ""), "--download-only", "install", java, CPP);
      if (install.exit() != 0) {
        throw new BadInputException(
            "apt-get cannot get " + java + " for arm64: " + install.lastLine() + REMEDY);
      }
      step.at(packages().size(), "");
    }
    return packages();
  }

  private String java() {
    for (String name : JAVA) {
      if (apt(() -> {}, "--simulate", "install", name, CPP).exit() == 0) {
        return name;
      }
    }
    throw new BadInputException(
        "the mirrors of this system have none of "
            + String.join(", ", JAVA)
            + " for arm64"
            + REMEDY);
  }

  /** Those that are there, wholly or in part; apt moves them out of its folder at the end. */
  private long arrived() {
    return packages().size() + packages("archives/partial").size();
  }

  private List<Path> packages() {
    return packages("archives");
  }

  private List<Path> packages(String folder) {
    try (Stream<Path> files = Files.list(work.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".deb")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void unpackInto(Path root, List<Path> packages) {
    try (Progress.Step step = progress.begin("unpacking arm64 packages", packages.size())) {
      for (int i = 0; i < packages.size(); i++) {
        Path file = packages.get(i);
        ExternalProgram.Ended ended =
            ExternalProgram.run(
                Map.of(), List.of("dpkg-deb", "-x", file.toString(), root.toString()));
        if (ended.exit() != 0) {
          throw new BadInputException(
              file + " cannot be unpacked: dpkg-deb says '" + ended.lastLine() + "'");
        }
        step.at(i + 1, "");
      }
    }
  }
}
