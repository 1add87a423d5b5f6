package dev.plumbline.host.corpus;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Classification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private final CorpusPlace place;
  private final Path partial;
  private final CorpusOrigin origin;
  private final FileChannel rows;
  private final Optional<Checkpoint> checkpoint;
  private final Optional<byte[]> state;
  // All under the lock of this object.
  private final Set<String> ids = new HashSet<>();
  private final Set<Integer> seedsOfRows = new HashSet<>();
  private final SortedMap<Integer, String> seeds = new TreeMap<>();
  // Pictures of seeds that were there when this began; one that is given again is written again, as
  // a kill may have cut it off.
  private final Set<Integer> keptSeeds = new HashSet<>();
  private boolean closed;

  private CorpusWriter(
      CorpusPlace place, Path partial, CorpusOrigin origin, Optional<Checkpoint> checkpoint)
      throws IOException {
    this.place = place;
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
    }
    keptSeeds.addAll(CorpusFiles.seedsIn(partial));
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
    CorpusPlace place = CorpusPlace.of(out);
    place.requireReplaceable();
    try {
      return new CorpusWriter(place, place.beside("partial"), origin, Optional.empty());
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot write a corpus at " + out, e);
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
    CorpusPlace place = CorpusPlace.of(out);
    place.requireReplaceable();
    Path partial = place.unfinished();
    try {
      Checkpoint checkpoint = Checkpoint.open(partial, origin);
      try {
        return new CorpusWriter(place, partial, origin, Optional.of(checkpoint));
      } catch (IOException | RuntimeException e) {
        checkpoint.close();
        throw e;
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot write a corpus at " + out, e);
    }
  }

  /**
   * Settings of the unfinished search that {@link #resume} would go on with; empty where there is
   * none.
   *
   * @param out where the corpus is to be
   */
  public static Map<String, Object> unfinishedSettings(Path out) {
    return Checkpoint.settings(CorpusPlace.of(out).unfinished());
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
    return CorpusFiles.readRows(partial.resolve(CorpusFiles.INPUTS), origin.task(), Set.of());
  }

  /**
   * The picture of a seed that was kept.
   *
   * @throws BadInputException if it was not, or its file is damaged
   */
  public Input seedPicture(int index) {
    return InputFiles.read(
        partial.resolve(CorpusInput.seedPicture(index, origin.shape())),
        origin.shape(),
        "the unfinished search");
  }

  /**
   * Adds a mutated picture.
   *
   * @param input without verdicts; its id and its path are new to this corpus, its path not that of
   *     a seed
   * @param picture of the shape of the corpus
   */
  public void add(CorpusInput input, Input picture) {
    requireShape(picture);
    if (origin.task() instanceof Classification
        && CorpusFiles.highestLabel(input) >= origin.classNames().size()) {
      throw new IllegalArgumentException("input " + input.id() + " has a label above its classes");
    }
    if (!input.verdicts().isEmpty() || !input.equals(input.keptAs(origin.shape()))) {
      throw new IllegalArgumentException(
          "input "
              + input.id()
              + " has verdicts, or a path that is not pictures/ID and the ending of its kind");
    }
    byte[] content = InputFiles.encode(picture);
    synchronized (this) {
      requireOpen();
      if (input.id().startsWith("seed-") || !ids.add(input.id())) {
        throw new IllegalArgumentException("the id " + input.id() + " is taken");
      }
      try {
        Files.write(partial.resolve(input.picture()), content);
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
   * @param index global number of the seed
   * @param picture of the shape of the corpus
   */
  public void seed(int index, Input picture) {
    requireShape(picture);
    if (index < 0) {
      throw new IllegalArgumentException("seed " + index);
    }
    synchronized (this) {
      requireOpen();
      // Once is enough: a search may well give the seed again with each of its pictures.
      if (seeds.containsKey(index)) {
        return;
      }
      try {
        Files.write(
            partial.resolve(CorpusInput.seedPicture(index, origin.shape())),
            InputFiles.encode(picture));
      } catch (IOException e) {
        throw WholeFile.unwritten("cannot write to " + partial, e);
      }
      seeds.put(index, Sha256.of(picture.bytes()));
    }
  }

  private void requireShape(Input picture) {
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
    seedsOfRows.removeAll(seeds.keySet());
    seedsOfRows.removeAll(keptSeeds);
    if (!seedsOfRows.isEmpty()) {
      throw new IllegalStateException("pictures of the seeds " + seedsOfRows + " were not given");
    }
    CorpusHeader header = CorpusHeader.of(origin, ids.size(), counts);
    place.requireReplaceable();
    try {
      rows.close();
      // Of seeds that an interrupted search began with, the pictures alone are left.
      CorpusFiles.seedsIn(partial)
          .forEach(
              seed ->
                  seeds.computeIfAbsent(seed, number -> Sha256.of(seedPicture(number).bytes())));
      SeedFile.write(partial, seeds);
      // For tools that load folders of pictures.
      if (origin.shape() instanceof PictureShape pictures) {
        PictureMetadata.write(
            partial,
            pictures,
            origin.classNames(),
            CorpusFiles.readRows(partial.resolve(CorpusFiles.INPUTS), origin.task(), Set.of()),
            CorpusFiles.seedsIn(partial));
      }
      forcePictures();
      CorpusFiles.writeHeader(partial, header);
      closed = true;
      place.take(partial);
      if (checkpoint.isPresent()) {
        checkpoint.get().delete(place.folder());
        checkpoint.get().close();
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot move " + partial + " to " + place.folder(), e);
    }
    return Corpus.open(place.folder());
  }

  /**
   * Before the header says that it is whole. Most pictures are on the disk by then, so that this
   * takes less than forcing each as it comes; and of many that wait for the disk, several can.
   */
  private void forcePictures() throws IOException {
    Path pictures = partial.resolve(CorpusFiles.PICTURES);
    List<Path> every;
    try (Stream<Path> files = Files.list(pictures)) {
      every = files.toList();
    }
    try {
      every.parallelStream().forEach(CorpusWriter::force);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    WholeFile.force(pictures);
    WholeFile.force(partial.resolve(CorpusFiles.INPUTS));
  }

  private static void force(Path file) {
    try {
      WholeFile.force(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes what writings of a corpus that were cut off have left beside it. To be called where
   * nobody else writes the same corpus, and what was found will be found again.
   *
   * @param out where the corpus is, or was to be
   */
  public static void deleteLeftovers(Path out) {
    CorpusPlace.of(out).deleteLeftovers();
  }

  /**
   * Deletes what is beside a corpus of a search that was cut off and is not to be gone on with, and
   * a corpus of one that was cut off before anybody judged, which a search would else take for its
   * own. A corpus that was judged stays until another takes its place.
   *
   * @param out where the corpus is, or was to be
   */
  public static void discardUnfinished(Path out) {
    CorpusPlace place = CorpusPlace.of(out);
    place.deleteLeftovers();
    try {
      for (Path each : List.of(place.unfinished(), place.folder())) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
            && (each.equals(place.unfinished()) || isUnjudged(each))) {
          CorpusPlace.delete(each);
        }
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot delete what was left of " + out, e);
    }
  }

  private static boolean isUnjudged(Path folder) {
    return Files.exists(folder.resolve(CorpusFiles.HEADER))
        && CorpusFiles.readHeader(folder).judges().stream()
            .allMatch(judge -> judge.kind() == JudgeKind.PROXY);
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
        CorpusPlace.delete(partial);
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot close " + partial, e);
    }
  }
}
