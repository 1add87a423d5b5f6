package dev.plumbline.host.corpus;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.FolderLock;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Picture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A saved set of mutated pictures, with everything needed to replay them: a folder of {@code
 * corpus.json}, {@code inputs.jsonl} and {@code pictures/}. Header and rows are read when it is
 * opened and do not change after; pictures are read from the disk each time. Safe from any thread.
 */
public final class Corpus {
  // Verdicts of several devices may come in at the same time; each is added to what is on disk.
  private static final Object WRITING = new Object();

  /** A change takes as long as it takes to write two files. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final CorpusHeader header;
  private final List<CorpusInput> inputs;

  private Corpus(Path folder, CorpusHeader header, List<CorpusInput> inputs) {
    this.folder = folder;
    this.header = header;
    this.inputs = inputs;
  }

  /**
   * Opens a corpus and checks that it is whole: every row parses, every picture's file is there.
   *
   * @throws BadInputException if it is no corpus, of an unknown format version, or not whole
   */
  public static Corpus open(Path folder) {
    Corpus corpus = read(folder);
    CorpusFiles.requirePictures(folder, corpus.inputs, corpus.header.shape());
    return corpus;
  }

  /** Whether a folder claims to be a corpus, sound or not. */
  public static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(CorpusFiles.HEADER));
  }

  private static Corpus read(Path folder) {
    CorpusHeader header = CorpusFiles.readHeader(folder);
    return new Corpus(folder, header, CorpusFiles.readInputs(folder, header));
  }

  public Path folder() {
    return folder;
  }

  public CorpusHeader header() {
    return header;
  }

  /** Whether it comes from these models and pictures, by these settings. */
  public boolean isOf(CorpusOrigin origin) {
    return CorpusFiles.tree(header.origin()).equals(CorpusFiles.tree(origin));
  }

  /** All mutated pictures, in the order in which they were added. */
  public List<CorpusInput> inputs() {
    return inputs;
  }

  /**
   * The mutated picture of a row.
   *
   * @return of {@code header().shape()}
   * @throws BadInputException if its file is no longer there, or is no such picture
   */
  public Picture picture(CorpusInput input) {
    header.pictureShape();
    return (Picture) input(input);
  }

  /**
   * As {@link #picture}, whatever the models take.
   *
   * @return of {@code header().shape()}
   */
  public Input input(CorpusInput input) {
    return read(input.picture());
  }

  /**
   * A seed as it was before the search.
   *
   * @param seed {@link CorpusInput#seed()} of some row
   * @throws BadInputException if its file is not there, or is no such picture
   */
  public Picture seedPicture(int seed) {
    header.pictureShape();
    return (Picture) seed(seed);
  }

  /** As {@link #seedPicture}, whatever the models take. */
  public Input seed(int seed) {
    return read(CorpusInput.seedPicture(seed, header.shape()));
  }

  /**
   * SHA-256 of the pixels or numbers of each seed that the search began from, by its global number;
   * empty in corpora from before seeds had such numbers.
   *
   * @throws BadInputException if the file that says so is damaged
   */
  public SortedMap<Integer, String> seeds() {
    return SeedFile.read(folder);
  }

  /** Path of a seed's file in the corpus folder, as {@link CorpusInput#picture()} is. */
  public static String seedPicturePath(int seed, InputShape shape) {
    return CorpusInput.seedPicture(seed, shape);
  }

  private Input read(String path) {
    Path file = folder.resolve(path);
    // The folder of pictures was looked at when the corpus was opened.
    if (Files.isSymbolicLink(file)) {
      InputFile.requireInside(folder, file);
    }
    return InputFiles.read(file, header.shape(), CorpusFiles.HEADER);
  }

  /**
   * SHA-256, in lower-case hexadecimal, of what was found: the two models, and of each row its id,
   * the original's decision and the pixels. Verdicts play no part, so that it stays the same when
   * devices have judged.
   */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String models = header.originalSha256() + " " + header.compressedSha256() + "\n";
      digest.update(models.getBytes(StandardCharsets.UTF_8));
      for (CorpusInput input : inputs) {
        String row = input.id() + " " + input.originalDecision().identity() + "\n";
        digest.update(row.getBytes(StandardCharsets.UTF_8));
        digest.update(input(input).bytes());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /**
   * Refuses models other than those of the search.
   *
   * @param originalSha256 of the original's file; null where it plays no part
   * @param compressedSha256 of the compressed model's file; null where it plays no part
   * @throws BadInputException if one differs from the header's
   */
  public void requireModels(String originalSha256, String compressedSha256) {
    requireModel("original", header.originalSha256(), originalSha256);
    requireModel("compressed model", header.compressedSha256(), compressedSha256);
  }

  private void requireModel(String which, String expected, String found) {
    if (found != null && !expected.equals(found)) {
      throw new BadInputException(
          "corpus "
              + folder
              + " was made with another "
              + which
              + ": the one given has SHA-256 "
              + found
              + ", expected "
              + expected);
    }
  }

  /**
   * Puts the judges of the header into an order; verdicts stay as they are.
   *
   * @param ids of judges; those not among them come last, as they are
   * @return the corpus as it is on disk then
   */
  public Corpus withJudgesInOrder(List<String> ids) {
    return written(
        () -> {
          CorpusHeader now = CorpusFiles.readHeader(folder);
          CorpusHeader ordered = now.withJudgesInOrder(ids);
          if (!ordered.equals(now)) {
            CorpusFiles.writeHeader(folder, ordered);
          }
        });
  }

  /**
   * Adds the verdicts of a judge to the corpus on disk; a kill on the way leaves a sound corpus
   * with all, or none, of them. They replace what this judge said of the same inputs before. A
   * judge that comes with another fingerprint than before loses all that it said before.
   *
   * <p>Threads and processes may do so at the same time: each adds to what is on disk.
   *
   * @param verdicts by the id of the input; not all inputs need one
   * @return the corpus as it is on disk then; this object stays as it was
   * @throws IllegalArgumentException if an id is not in the corpus
   * @throws BadInputException if the corpus on disk is no longer whole
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public Corpus withVerdicts(JudgeInfo judge, Map<String, Verdict> verdicts) {
    Set<String> ids = inputs.stream().map(CorpusInput::id).collect(Collectors.toSet());
    for (String id : verdicts.keySet()) {
      if (!ids.contains(id)) {
        throw new IllegalArgumentException("a verdict on '" + id + "', which is not in " + folder);
      }
    }
    return written(
        () -> {
          Corpus now = read(folder);
          new VerdictUpdate(folder, now.header, now.inputs)
              .steps(judge, verdicts)
              .forEach(Runnable::run);
        });
  }

  /** Each change is made to what is on disk then, by one thread of one program at a time. */
  private Corpus written(Runnable change) {
    synchronized (WRITING) {
      return FolderLock.holding(
          folder,
          PATIENCE,
          () -> {
            change.run();
            return read(folder);
          });
    }
  }
}
