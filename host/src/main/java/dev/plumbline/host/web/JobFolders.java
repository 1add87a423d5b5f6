package dev.plumbline.host.web;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.summary.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Finds the jobs below a root. Looks again each time it is asked, so a job that is done while the
 * dashboard runs appears on the next look. Links are not followed: what lies outside the root is
 * not shown.
 */
final class JobFolders {
  /** Levels of folders below the root. */
  private static final int DEEPEST = 4;

  private static final int MOST_FOLDERS = 20_000;
  private static final int MOST_JOBS = 1_000;

  private final Path root;

  JobFolders(Path root) {
    if (!Files.isDirectory(root)) {
      throw new BadInputException(
          root
              + (Files.exists(root) ? ": found a file" : ": found nothing")
              + ", expected a folder with the results of jobs");
    }
    try {
      // The root alone may be a link; below it none is followed.
      this.root = root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + root, e);
    }
  }

  /** All jobs, the newest first, those that cannot be read last. */
  List<Job> all() {
    List<Job> jobs = new ArrayList<>();
    for (Path folder : folders()) {
      jobs.add(read(folder));
    }
    Comparator<Job> newest =
        Comparator.comparing(job -> job.summary().map(Summary::created).orElse(""));
    jobs.sort(newest.reversed().thenComparing(Job::name));
    return jobs;
  }

  /** The job of an id; only ids of {@link #all} have one. */
  Optional<Job> job(String id) {
    return folders().stream().filter(folder -> id.equals(id(folder))).findFirst().map(this::read);
  }

  private List<Path> folders() {
    Walk walk = new Walk();
    try {
      Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), DEEPEST + 1, walk);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
    return walk.found;
  }

  private Job read(Path folder) {
    String name = folder.equals(root) ? name(root) : root.relativize(folder).toString();
    boolean hasReport = isFile(folder.resolve(HtmlReport.FILE_NAME));
    Path file = folder.resolve(Summary.FILE_NAME);
    try {
      return new Job(id(folder), name, folder, Optional.of(Summary.read(file)), "", hasReport);
    } catch (BadInputException e) {
      return new Job(id(folder), name, folder, Optional.empty(), e.getMessage(), hasReport);
    } catch (UncheckedIOException e) {
      // One folder that cannot be read must not hide the others; its row says so.
      return new Job(
          id(folder), name, folder, Optional.empty(), file + ": cannot be read", hasReport);
    }
  }

  /** Readable, of characters that need no escaping, and unique by the digest of the path. */
  private String id(Path folder) {
    String path = root.relativize(folder).toString();
    String readable = name(folder).replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    String shortened = readable.substring(0, Math.min(40, readable.length()));
    return (shortened.isEmpty() ? "job" : shortened) + "-" + digest(path);
  }

  private static String name(Path folder) {
    return folder.getFileName() == null ? "root" : folder.getFileName().toString();
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final List<Path> found = new ArrayList<>();
    private int folders;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (!folder.equals(root) && name(folder).startsWith(".")) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (isFile(folder.resolve(Summary.FILE_NAME))) {
        found.add(folder);
      }
      folders++;
      return found.size() >= MOST_JOBS || folders >= MOST_FOLDERS
          ? FileVisitResult.TERMINATE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      // A folder that may not be entered, or that is just being moved, holds nothing to show.
      return FileVisitResult.CONTINUE;
    }
  }
}
