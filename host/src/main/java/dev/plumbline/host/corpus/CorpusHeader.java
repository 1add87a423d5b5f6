package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The file {@code corpus.json}.
 *
 * @param formatVersion of the corpus: {@link #FORMAT_VERSION}, also where an older one was read
 * @param originalSha256 as in {@link CorpusOrigin}, and so are the next six
 * @param kept pictures in the corpus: rows of {@code inputs.jsonl}
 * @param counts of the search, which may have made more pictures than were kept
 * @param judges whose verdicts the rows may hold, in the order in which they first judged
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CorpusHeader(
    int formatVersion,
    String originalSha256,
    String compressedSha256,
    Preprocessing preprocessing,
    InputShape shape,
    Task task,
    List<String> classNames,
    Map<String, Object> settings,
    int kept,
    CorpusCounts counts,
    List<JudgeInfo> judges) {

  /** The version that is written. */
  public static final int FORMAT_VERSION = 2;

  /** The first version, whose decisions are labels by the largest logit: it names no task. */
  static final int WITHOUT_TASK = 1;

  /** The setting that keeps how outputs were read, as {@code ModelReading.metadata} has it. */
  public static final String READING = "reading";

  /** As many pixels a side as a picture may have that is read; more would never fit it. */
  private static final int LARGEST_SIDE = 1 << 15;

  public CorpusHeader {
    if (formatVersion != FORMAT_VERSION) {
      throw new IllegalArgumentException("format version " + formatVersion);
    }
    CorpusOrigin origin =
        new CorpusOrigin(
            originalSha256, compressedSha256, preprocessing, shape, task, classNames, settings);
    if (shape instanceof PictureShape pictures
        && (pictures.channels() > 4
            || pictures.height() > LARGEST_SIDE
            || pictures.width() > LARGEST_SIDE)) {
      throw new IllegalArgumentException("pictures of " + shape);
    }
    classNames = origin.classNames();
    settings = origin.settings();
    Objects.requireNonNull(counts, "counts");
    Objects.requireNonNull(task, "task");
    if (kept < 0 || kept > counts.mutated()) {
      throw new IllegalArgumentException(
          kept + " pictures kept of " + counts.mutated() + " mutated");
    }
    judges = List.copyOf(judges);
    Set<String> ids = new HashSet<>();
    for (JudgeInfo judge : judges) {
      if (!ids.add(judge.id())) {
        throw new IllegalArgumentException("two judges '" + judge.id() + "'");
      }
    }
  }

  static CorpusHeader of(CorpusOrigin origin, int kept, CorpusCounts counts) {
    return new CorpusHeader(
        FORMAT_VERSION,
        origin.originalSha256(),
        origin.compressedSha256(),
        origin.preprocessing(),
        origin.shape(),
        origin.task(),
        origin.classNames(),
        origin.settings(),
        kept,
        counts,
        List.of());
  }

  /** How outputs were read; empty for classifiers with a number for each class. */
  public Map<String, String> reading() {
    Map<String, String> reading = new LinkedHashMap<>();
    if (settings.get(READING) instanceof Map<?, ?> kept) {
      kept.forEach((key, value) -> reading.put(String.valueOf(key), String.valueOf(value)));
    }
    return reading;
  }

  /**
   * Shape of the pictures, for what works on pictures alone.
   *
   * @throws dev.plumbline.host.BadInputException if the corpus holds tensors
   */
  public PictureShape pictureShape() {
    return shape.requirePictures();
  }

  public CorpusOrigin origin() {
    return new CorpusOrigin(
        originalSha256, compressedSha256, preprocessing, shape, task, classNames, settings);
  }

  /** The judge of an id, if it has judged. */
  public Optional<JudgeInfo> judge(String id) {
    return judges.stream().filter(judge -> judge.id().equals(id)).findFirst();
  }

  /** This with a judge added, or in the place of the one with its id. */
  CorpusHeader withJudge(JudgeInfo judge) {
    List<JudgeInfo> with = new ArrayList<>(judges);
    Optional<JudgeInfo> former = judge(judge.id());
    if (former.isPresent()) {
      with.set(judges.indexOf(former.get()), judge);
    } else {
      with.add(judge);
    }
    return withJudges(with);
  }

  /** This with its judges in the order of their ids here; others come last, as they are. */
  CorpusHeader withJudgesInOrder(List<String> ids) {
    List<JudgeInfo> ordered = new ArrayList<>(judges);
    ordered.sort(
        Comparator.comparingInt(
            judge -> ids.contains(judge.id()) ? ids.indexOf(judge.id()) : ids.size()));
    return withJudges(ordered);
  }

  private CorpusHeader withJudges(List<JudgeInfo> others) {
    return new CorpusHeader(
        formatVersion,
        originalSha256,
        compressedSha256,
        preprocessing,
        shape,
        task,
        classNames,
        settings,
        kept,
        counts,
        others);
  }
}
