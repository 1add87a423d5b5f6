package dev.plumbline.host.corpus;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a corpus is to be: a folder that it comes to whole, and what lies beside it until then.
 *
 * @param folder absolute
 */
record CorpusPlace(Path folder) {
  private static final Set<String> OWN =
      Set.of(CorpusFiles.HEADER, CorpusFiles.INPUTS, SeedFile.NAME, CorpusFiles.PICTURES);

  /**
   * @throws BadInputException if it names no folder
   */
  static CorpusPlace of(Path out) {
    Path folder = out.toAbsolutePath().normalize();
    if (folder.getFileName() == null) {
      throw new BadInputException(out + " cannot be a corpus: expected a folder of its own");
    }
    return new CorpusPlace(folder);
  }

  /** A folder for one writing alone. */
  Path beside(String word) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return folder.resolveSibling(folder.getFileName() + "." + word + "-" + random);
  }

  /** The folder of a writing that may be gone on with. */
  Path unfinished() {
    return folder.resolveSibling(folder.getFileName() + ".partial");
  }

  /**
   * @throws BadInputException if something is there that is neither a corpus nor an empty folder
   */
  void requireReplaceable() {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(folder + " is a file: expected no file, or a corpus to replace");
    }
    List<String> names;
    try (Stream<Path> inside = Files.list(folder)) {
      names = inside.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new BadInputException(folder + " cannot be read: " + IoReason.of(e), e);
    }
    if (!names.isEmpty() && !names.contains(CorpusFiles.HEADER)) {
      throw new BadInputException(
          folder + " exists and is no corpus: expected a new or empty folder, or a corpus");
    }
    for (String name : names) {
      // Dot files are what an interrupted writing of verdicts leaves behind.
      if (!OWN.contains(name) && !name.startsWith(".")) {
        throw new BadInputException(
            folder
                + " holds '"
                + name
                + "' beside a corpus, which would be lost: expected nothing but a corpus");
      }
    }
  }

  /** Moves a whole corpus here, in the place of one that is here. */
  void take(Path whole) throws IOException {
    Path replaced = null;
    if (Files.exists(folder.resolve(CorpusFiles.HEADER))) {
      replaced = beside("replaced");
      Files.move(folder, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(whole, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaced != null) {
        try {
          Files.move(replaced, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
    WholeFile.force(folder.getParent());
    if (replaced != null) {
      // Without its header it no longer looks whole, should the rest not be deleted.
      Files.delete(replaced.resolve(CorpusFiles.HEADER));
      delete(replaced);
    }
  }

  /** Deletes what writings that were cut off have left beside. */
  void deleteLeftovers() {
    if (!Files.isDirectory(folder.getParent())) {
      return;
    }
    Pattern leftover =
        Pattern.compile(
            Pattern.quote(folder.getFileName().toString()) + "\\.(partial|replaced)-[0-9a-f]{8}");
    try (Stream<Path> beside = Files.list(folder.getParent())) {
      for (Path each : (Iterable<Path>) beside::iterator) {
        if (leftover.matcher(each.getFileName().toString()).matches()) {
          delete(each);
        }
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot delete what was left beside " + folder, e);
    }
  }

  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> inside;
      try (Stream<Path> paths = Files.list(path)) {
        inside = paths.toList();
      }
      for (Path each : inside) {
        delete(each);
      }
    }
    Files.delete(path);
  }
}
