package dev.plumbline.host.emulation;

import dev.plumbline.agent.machine.UserFolders;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Debian system for arm64, as far as Java needs one.
 *
 * @param folder that holds its lib, usr and so on
 * @param loader of its C library
 * @param javaHome of a Java 17 or newer in it
 */
public record ArmRoot(Path folder, Path loader, Path javaHome) {
  private static final int OLDEST_JAVA = 17;

  /** The name says which recipe made it: another recipe gets another name. */
  private static final String CACHED = "arm64-root-1";

  private static final List<String> LOADERS =
      List.of("lib/ld-linux-aarch64.so.1", "usr/lib/ld-linux-aarch64.so.1");

  /**
   * One that is there.
   *
   * @throws BadInputException if it cannot be used
   */
  public static ArmRoot of(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    Path loader =
        LOADERS.stream()
            .map(root::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new BadInputException(
                        folder
                            + " is no arm64 system: it has no "
                            + LOADERS.get(0)
                            + "; expected the root folder of Debian for arm64"));
    Path javaHome =
        javaHomes(root)
            .filter(home -> version(home) >= OLDEST_JAVA)
            .reduce((a, b) -> version(b) > version(a) ? b : a)
            .orElseThrow(
                () ->
                    new BadInputException(
                        folder
                            + " has no Java 17 or newer in usr/lib/jvm; expected Debian's package"
                            + " openjdk-17-jre-headless in it"));
    checkLinks(root, javaHome);
    return new ArmRoot(root, loader, javaHome);
  }

  /** QEMU leaves links to the kernel, for which an absolute one leads out of the root. */
  private static void checkLinks(Path root, Path javaHome) {
    Path security = javaHome.resolve("conf/security/java.security");
    try {
      if (security.toRealPath().startsWith(root.toRealPath())) {
        return;
      }
    } catch (IOException e) {
      // It leads to nowhere, which is as bad as to this machine's.
    }
    throw new BadInputException(
        security
            + " leads out of "
            + root
            + "; expected relative links in it, as QEMU runs it without chroot:"
            + " docs/emulated.md has the command that makes them");
  }

  private static Stream<Path> javaHomes(Path root) {
    Path all = root.resolve("usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Stream.of();
    }
    try (Stream<Path> homes = Files.list(all)) {
      return homes
          .filter(home -> !Files.isSymbolicLink(home))
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new BadInputException(all + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Of Java, as its file {@code release} says; 0 if it does not. */
  private static int version(Path home) {
    Path release = home.resolve("release");
    if (!Files.isReadable(release)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(release)) {
      return lines
          .filter(line -> line.matches("JAVA_VERSION=\"\\d+.*"))
          .map(line -> line.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1"))
          .mapToInt(Integer::parseInt)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new BadInputException(release + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The one in the user's cache, if it has been made. */
  public static Optional<ArmRoot> cached() {
    Path root = UserFolders.ofThisUser().cache().resolve(CACHED);
    return Files.isDirectory(root) ? Optional.of(of(root)) : Optional.empty();
  }

  /**
   * The one in the user's cache, made of Debian's packages where there is none yet. Whoever comes
   * while another makes it, waits; what was begun and never finished is begun again.
   *
   * @throws BadInputException if it cannot be made
   */
  public static ArmRoot cachedOrMade(Progress progress) {
    Optional<ArmRoot> there = cached();
    if (there.isPresent()) {
      return there.get();
    }
    Path cache = UserFolders.ofThisUser().cache();
    try {
      Files.createDirectories(cache);
      try (FileChannel file =
              FileChannel.open(
                  cache.resolve(CACHED + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        // Held while it is made; another may have made it before it was given.
        if (lock.isValid() && !Files.isDirectory(cache.resolve(CACHED))) {
          make(cache, progress);
        }
      }
      return of(cache.resolve(CACHED));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "an arm64 system cannot be made in " + cache + ": " + e.getMessage(), e);
    }
  }

  private static void make(Path cache, Progress progress) throws IOException {
    Path work = cache.resolve(CACHED + ".partial");
    deleteAll(work);
    Path root = Files.createDirectories(work.resolve("root"));
    AptPackages.unpack(work, root, progress);
    RelativeLinks.make(root);
    of(root);
    Files.move(root, cache.resolve(CACHED), StandardCopyOption.ATOMIC_MOVE);
    deleteAll(work);
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
