package dev.plumbline.host.corpus;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PngFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a corpus as it is found: pictures and rows go to a folder beside and {@link #finish} moves
 * that into place. A crash leaves what was found in the folder beside, and what was at OUT before
 * untouched. With {@link #create} that folder is a new one, {@code OUT.partial-…}; with {@link
 * #resume} it is always {@code OUT.partial}, and what is in it counts.
 *
 * <p>Any thread may add; pictures are encoded on the thread that adds them. Rows come in the order
 * of the calls.
 */
public final class CorpusWriter implements AutoCloseable {
  private static final Set<String> OWN =
      Set.of(CorpusFiles.HEADER, CorpusFiles.INPUTS, CorpusFiles.PICTURES);

  private final Path target;
  private final Path partial;
  private final CorpusOrigin origin;
  private final FileChannel rows;
  private final Optional<Checkpoint> checkpoint;
  private final Optional<byte[]> state;
  // All under the lock of this object.
  private final Set<String> ids = new HashSet<>();
  private final Set<Integer> seedsOfRows = new HashSet<>();
  private final Set<Integer> seeds = new HashSet<>();
  private boolean closed;

  private CorpusWriter(
      Path target, Path partial, CorpusOrigin origin, Optional<Checkpoint> checkpoint)
      throws IOException {
    this.target = target;
    this.partial = partial;
    this.origin = origin;
    this.checkpoint = checkpoint;
    Files.createDirectories(partial.resolve(CorpusFiles.PICTURES));
    Optional<Checkpoint.Kept> kept =
        checkpoint.isPresent() ? checkpoint.get().kept() : Optional.empty();
    this.state = kept.map(Checkpoint.Kept::state);
    Path file = partial.resolve(CorpusFiles.INPUTS);
    // Not buffered: a row is on the disk's side of a crash as soon as it is added.
    this.rows = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    goOnAfter(kept.map(Checkpoint.Kept::rows).orElse(0L));
  }

  /** Drops rows that came after the last checkpoint: they will be found again. */
  private void goOnAfter(long length) throws IOException {
    if (rows.size() < length) {
      throw new BadInputException(
          partial.resolve(CorpusFiles.INPUTS)
              + " has "
              + rows.size()
              + " bytes, expected at least "
              + length
              + " as the unfinished search wrote");
    }
    rows.truncate(length).position(length);
    for (CorpusInput row : rows()) {
      ids.add(row.id());
      seedsOfRows.add(row.seed());
      seeds.add(row.seed());
    }
  }

  /**
   * Begins a corpus.
   *
   * @param out where it is to be: nothing, an empty folder, or a corpus, which is replaced at the
   *     end
   * @throws BadInputException if something else is there
   * @throws UncheckedIOException if it cannot be written there
   */
  public static CorpusWriter create(Path out, CorpusOrigin origin) {
    Path target = target(out);
    try {
      return new CorpusWriter(target, beside(target, "partial"), origin, Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a corpus at " + out + ": " + e, e);
    }
  }

  /**
   * Goes on with the unfinished corpus in {@code OUT.partial} from its last {@link #checkpoint}, or
   * begins one there.
   *
   * @param out as for {@link #create}
   * @param origin has to be that of the unfinished corpus
   * @throws BadInputException if the unfinished corpus is of another origin or is being written
   *     now, or something else is there or at {@code out}
   * @throws UncheckedIOException if it cannot be written there
   */
  public static CorpusWriter resume(Path out, CorpusOrigin origin) {
    Path target = target(out);
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try {
      Checkpoint checkpoint = Checkpoint.open(partial, origin);
      try {
        return new CorpusWriter(target, partial, origin, Optional.of(checkpoint));
      } catch (IOException | RuntimeException e) {
        checkpoint.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a corpus at " + out + ": " + e, e);
    }
  }

  private static Path target(Path out) {
    Path target = out.toAbsolutePath().normalize();
    if (target.getFileName() == null) {
      throw new BadInputException(out + " cannot be a corpus: expected a folder of its own");
    }
    requireReplaceable(target);
    return target;
  }

  /** What the last checkpoint kept of the searcher; empty if there is none to go on with. */
  public Optional<byte[]> state() {
    return state;
  }

  /**
   * Everything added until now counts when a crash comes, together with this.
   *
   * @param state of the searcher, given back by {@link #state()} after the crash
   * @throws IllegalStateException if this came from {@link #create}
   */
  public synchronized void checkpoint(byte[] state) {
    requireOpen();
    Checkpoint keeper =
        checkpoint.orElseThrow(() -> new IllegalStateException("this corpus cannot be resumed"));
    try {
      keeper.keep(new Checkpoint.Kept(rows.position(), state));
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot write to " + partial, e);
    }
  }

  /** All rows until now, read from the disk. */
  public synchronized List<CorpusInput> rows() {
    return CorpusFiles.readRows(partial.resolve(CorpusFiles.INPUTS), Set.of());
  }

  /**
   * The picture of a seed that was kept.
   *
   * @throws BadInputException if it was not, or its file is damaged
   */
  public Picture seedPicture(int index) {
    return PngFile.read(partial.resolve(CorpusInput.seedPicture(index)));
  }

  private static Path beside(Path target, String word) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return target.resolveSibling(target.getFileName() + "." + word + "-" + random);
  }

  /** What is replaced is deleted in the end, so it must hold nothing but a corpus. */
  private static void requireReplaceable(Path target) {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new BadInputException(target + " is a file: expected no file, or a corpus to replace");
    }
    List<String> names;
    try (Stream<Path> inside = Files.list(target)) {
      names = inside.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new BadInputException(target + " cannot be read: " + e, e);
    }
    if (!names.isEmpty() && !names.contains(CorpusFiles.HEADER)) {
      throw new BadInputException(
          target + " exists and is no corpus: expected a new or empty folder, or a corpus");
    }
    for (String name : names) {
      // Dot files are what an interrupted writing of verdicts leaves behind.
      if (!OWN.contains(name) && !name.startsWith(".")) {
        throw new BadInputException(
            target
                + " holds '"
                + name
                + "' beside a corpus, which would be lost: expected nothing but a corpus");
      }
    }
  }

  /**
   * Adds a mutated picture.
   *
   * @param input without verdicts; its id and its path are new to this corpus, its path not that of
   *     a seed
   * @param picture of the shape of the corpus
   */
  public void add(CorpusInput input, Picture picture) {
    requireShape(picture);
    int classes = origin.classNames().size();
    if (Math.max(input.label(), Math.max(input.originalLabel(), input.compressedLabel()))
        >= classes) {
      throw new IllegalArgumentException("input " + input.id() + " has a label above its classes");
    }
    if (!input.verdicts().isEmpty() || !input.picture().equals("pictures/" + input.id() + ".png")) {
      throw new IllegalArgumentException(
          "input " + input.id() + " has verdicts, or a path that is not pictures/ID.png");
    }
    byte[] png = PngFile.encode(picture);
    synchronized (this) {
      requireOpen();
      if (input.id().startsWith("seed-") || !ids.add(input.id())) {
        throw new IllegalArgumentException("the id " + input.id() + " is taken");
      }
      try {
        Files.write(partial.resolve(input.picture()), png);
        ByteBuffer row = ByteBuffer.wrap(CorpusFiles.row(input));
        while (row.hasRemaining()) {
          rows.write(row);
        }
      } catch (IOException e) {
        throw WholeFile.unwritten("cannot write to " + partial, e);
      }
      seedsOfRows.add(input.seed());
    }
  }

  /**
   * Keeps the picture of a seed; to be called for each seed of an input, before or after it. Only
   * the first call for a seed counts.
   *
   * @param index of the seed in its data set
   * @param picture of the shape of the corpus
   */
  public void seed(int index, Picture picture) {
    requireShape(picture);
    if (index < 0) {
      throw new IllegalArgumentException("seed " + index);
    }
    synchronized (this) {
      requireOpen();
      // Once is enough: a search may well give the seed again with each of its pictures.
      if (seeds.contains(index)) {
        return;
      }
      try {
        Files.write(partial.resolve(CorpusInput.seedPicture(index)), PngFile.encode(picture));
      } catch (IOException e) {
        throw WholeFile.unwritten("cannot write to " + partial, e);
      }
      seeds.add(index);
    }
  }

  private void requireShape(Picture picture) {
    if (!picture.shape().equals(origin.shape())) {
      throw new IllegalArgumentException(
          "a picture of " + picture.shape() + " in a corpus of " + origin.shape());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the corpus is closed");
    }
  }

  /**
   * Moves the corpus into place, whole, and closes this. A corpus that was there is first moved
   * aside to {@code OUT.replaced-…} and deleted afterwards; a kill between the two moves leaves
   * both beside OUT.
   *
   * @param counts of the whole search
   * @return the corpus at its place
   * @throws IllegalStateException if the picture of a seed was not given, or this is closed
   * @throws BadInputException if something else has come to its place meanwhile
   * @throws UncheckedIOException if it cannot be written
   */
  public synchronized Corpus finish(CorpusCounts counts) {
    requireOpen();
    if (!seeds.containsAll(seedsOfRows)) {
      seedsOfRows.removeAll(seeds);
      throw new IllegalStateException("pictures of the seeds " + seedsOfRows + " were not given");
    }
    CorpusHeader header = CorpusHeader.of(origin, ids.size(), counts);
    requireReplaceable(target);
    try {
      rows.close();
      forcePictures();
      CorpusFiles.writeHeader(partial, header);
      closed = true;
      moveIntoPlace();
      if (checkpoint.isPresent()) {
        checkpoint.get().delete(target);
        checkpoint.get().close();
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot move " + partial + " to " + target, e);
    }
    return Corpus.open(target);
  }

  /**
   * Before the header says that it is whole. Most pictures are on the disk by then, so that this
   * takes less than forcing each as it comes.
   */
  private void forcePictures() throws IOException {
    Path pictures = partial.resolve(CorpusFiles.PICTURES);
    try (Stream<Path> files = Files.list(pictures)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        WholeFile.force(file);
      }
    }
    WholeFile.force(pictures);
    WholeFile.force(partial.resolve(CorpusFiles.INPUTS));
  }

  /**
   * Deletes what writings of a corpus that were cut off have left beside it. To be called where
   * nobody else writes the same corpus, and what was found will be found again.
   *
   * @param out where the corpus is, or was to be
   */
  public static void deleteLeftovers(Path out) {
    Path target = out.toAbsolutePath().normalize();
    if (!Files.isDirectory(target.getParent())) {
      return;
    }
    Pattern leftover =
        Pattern.compile(
            Pattern.quote(target.getFileName().toString()) + "\\.(partial|replaced)-[0-9a-f]{8}");
    try (Stream<Path> beside = Files.list(target.getParent())) {
      for (Path each : (Iterable<Path>) beside::iterator) {
        if (leftover.matcher(each.getFileName().toString()).matches()) {
          delete(each);
        }
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot delete what was left beside " + out, e);
    }
  }

  private void moveIntoPlace() throws IOException {
    Path replaced = null;
    if (Files.exists(target.resolve(CorpusFiles.HEADER))) {
      replaced = beside(target, "replaced");
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaced != null) {
        try {
          Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
    WholeFile.force(target.getParent());
    if (replaced != null) {
      // Without its header it no longer looks whole, should the rest not be deleted.
      Files.delete(replaced.resolve(CorpusFiles.HEADER));
      delete(replaced);
    }
  }

  /**
   * Ends the writing. Without {@link #finish}, what was found stays in the folder beside, which is
   * no corpus as it has no header; an empty one is deleted. OUT is left as it was.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      rows.close();
      if (checkpoint.isPresent()) {
        checkpoint.get().close();
      }
      if (ids.isEmpty() && seeds.isEmpty()) {
        delete(partial);
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot close " + partial, e);
    }
  }

  private static void delete(Path path) throws IOException {
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
