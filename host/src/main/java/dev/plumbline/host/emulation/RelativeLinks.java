package dev.plumbline.host.emulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The links of an unpacked system, so that they stay in it without chroot. */
final class RelativeLinks {
  private static final List<String> MERGED = List.of("lib", "bin", "sbin");

  private RelativeLinks() {}

  /**
   * Makes every absolute link in a root relative, and those of newer Debians from lib to usr/lib.
   */
  static void make(Path root) throws IOException {
    List<Path> links;
    try (Stream<Path> files = Files.walk(root)) {
      links = files.filter(Files::isSymbolicLink).toList();
    }
    for (Path link : links) {
      Path target = Files.readSymbolicLink(link);
      if (target.isAbsolute()) {
        Path within = root.resolve(target.toString().substring(1));
        Files.delete(link);
        Files.createSymbolicLink(link, link.getParent().relativize(within));
      }
    }
    for (String folder : MERGED) {
      if (!Files.exists(root.resolve(folder))
          && Files.exists(root.resolve("usr").resolve(folder))) {
        Files.createSymbolicLink(root.resolve(folder), Path.of("usr", folder));
      }
    }
  }
}
