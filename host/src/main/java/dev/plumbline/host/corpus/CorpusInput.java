package dev.plumbline.host.corpus;

import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Task;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A mutated picture of a corpus: one row of {@code inputs.jsonl}.
 *
 * @param id names it in its corpus: letters, digits, dots, dashes and underscores, no dot first
 * @param seed global number of the seed, in the whole data set; in corpora from before these, its
 *     place in the range that was searched
 * @param step of the search that made it, 1 for the first
 * @param picture path of its PNG file in the corpus, with {@code /}
 * @param pictureClass what became of it, in the eyes of the proxy that the search followed and of
 *     the judge that confirmed it
 * @param seedDecision what the original decides on the seed
 * @param originalDecision what the original decides on the mutated picture
 * @param compressedDecision what the search took the compressed model to decide on it
 * @param rms distance to the seed as {@link PictureDistance} has it
 * @param linf likewise
 * @param verdicts by the id of the judge, in order of the ids
 * @param margins of both models there; empty in corpora that were made before they were kept
 * @param refused what the proxy said where it called the picture effective and the judge that
 *     confirms within a search did not, so that the picture is valid
 * @param dataDecision what the data says should be decided on the seed, where the original decides
 *     otherwise
 */
public record CorpusInput(
    String id,
    int seed,
    int step,
    String picture,
    PictureClass pictureClass,
    Decision seedDecision,
    Decision originalDecision,
    Decision compressedDecision,
    double rms,
    double linf,
    Optional<Margins> margins,
    Map<String, Verdict> verdicts,
    Optional<Verdict> refused,
    Optional<Decision> dataDecision) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");
  private static final Pattern PICTURE = Pattern.compile("pictures/[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /** Paths are checked, as a corpus may come from somebody else. */
  public CorpusInput {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("'" + id + "' is no id of an input");
    }
    if (!PICTURE.matcher(picture).matches()) {
      throw new IllegalArgumentException("'" + picture + "' is no path of a file in pictures/");
    }
    if (seed < 0 || step < 0) {
      throw new IllegalArgumentException("a seed, step or label below 0");
    }
    if (!(rms >= 0 && rms <= 1) || !(linf >= 0 && linf <= 1)) {
      throw new IllegalArgumentException("a confidence or distance outside 0 to 1");
    }
    Objects.requireNonNull(seedDecision, "seedDecision");
    Objects.requireNonNull(originalDecision, "originalDecision");
    Objects.requireNonNull(compressedDecision, "compressedDecision");
    if (verdicts.values().stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("a judge without verdict");
    }
    if (refused.isPresent() && (pictureClass != PictureClass.VALID || !refused.get().deviates())) {
      throw new IllegalArgumentException(
          "a refused verdict " + refused.get() + " of a picture of class " + pictureClass);
    }
    verdicts = Collections.unmodifiableMap(new TreeMap<>(verdicts));
  }

  /** Refuses a class that does not follow from the decisions. */
  CorpusInput requireFollows(Task task) {
    PictureClass follows =
        PictureClass.of(task, seedDecision, originalDecision, compressedDecision);
    if (pictureClass != follows) {
      throw new IllegalArgumentException(
          "class " + pictureClass + " where the decisions make it " + follows);
    }
    return this;
  }

  /**
   * A picture that a search has just found, without verdicts; its id is made of seed and step, so a
   * step of one seed keeps one picture.
   *
   * @param task of both models
   * @param ofSeed what the original decides on the seed
   * @param original what the original decides on the picture
   * @param compressed what the search took the compressed model to decide on it
   * @param distance to the seed
   */
  public static CorpusInput found(
      Task task,
      int seed,
      int step,
      Decision ofSeed,
      Decision original,
      Decision compressed,
      PictureDistance distance) {
    String id = String.format(Locale.ROOT, "%06d-%03d", seed, step);
    return new CorpusInput(
        id,
        seed,
        step,
        "pictures/" + id + ".png",
        PictureClass.of(task, ofSeed, original, compressed),
        ofSeed instanceof Label label ? Label.known(label.number()) : ofSeed,
        original,
        compressed,
        distance.rms(),
        distance.linf(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * How severe the deviation is that a judge sees here.
   *
   * @param task of the corpus
   * @return {@link Task#severity}; empty where the judge sees none, or margins are not known
   */
  public OptionalDouble severity(Task task, String judge) {
    return severity(task, Optional.ofNullable(verdicts.get(judge)));
  }

  /**
   * How severe the deviation is that a verdict says, which need not be kept here.
   *
   * @param said of this picture; empty where there is no verdict
   * @return as {@link Verdict#severity}
   */
  OptionalDouble severity(Task task, Optional<Verdict> said) {
    return said.map(verdict -> verdict.severity(task, margins.map(Margins::original)))
        .orElse(OptionalDouble.empty());
  }

  /**
   * How severe the deviation is that the search saw here.
   *
   * @return as {@link #severity(Task, String)}
   */
  public OptionalDouble severity(Task task) {
    return margins.isEmpty() || pictureClass != PictureClass.EFFECTIVE
        ? OptionalDouble.empty()
        : OptionalDouble.of(task.severity(margins.get().original(), margins.get().compressed()));
  }

  /** This row with the margins of both models there, where they are known. */
  public CorpusInput withMargins(Optional<Margins> known) {
    return with(known, verdicts, refused, dataDecision);
  }

  /** This row with what the data says should be decided on the seed. */
  public CorpusInput withDataDecision(Decision shown) {
    return with(margins, verdicts, refused, Optional.of(shown));
  }

  /** This row with what the proxy said of it and was not confirmed. */
  public CorpusInput withRefused(Optional<Verdict> byProxy) {
    return with(margins, verdicts, byProxy, dataDecision);
  }

  /** This row with a file of the kind that inputs of a shape are kept in. */
  public CorpusInput keptAs(InputShape shape) {
    return new CorpusInput(
        id,
        seed,
        step,
        "pictures/" + id + InputFiles.ending(shape),
        pictureClass,
        seedDecision,
        originalDecision,
        compressedDecision,
        rms,
        linf,
        margins,
        verdicts,
        refused,
        dataDecision);
  }

  /** Path of the file of a seed in its corpus. */
  static String seedPicture(int seed, InputShape shape) {
    return String.format(Locale.ROOT, "pictures/seed-%06d", seed) + InputFiles.ending(shape);
  }

  /** This row with other verdicts in place of its own. */
  public CorpusInput withVerdicts(Map<String, Verdict> others) {
    return with(margins, others, refused, dataDecision);
  }

  private CorpusInput with(
      Optional<Margins> known,
      Map<String, Verdict> others,
      Optional<Verdict> unconfirmed,
      Optional<Decision> shown) {
    return new CorpusInput(
        id,
        seed,
        step,
        picture,
        pictureClass,
        seedDecision,
        originalDecision,
        compressedDecision,
        rms,
        linf,
        known,
        others,
        unconfirmed,
        shown);
  }
}
