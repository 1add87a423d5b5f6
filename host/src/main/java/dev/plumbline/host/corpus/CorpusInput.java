package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A mutated picture of a corpus: one row of {@code inputs.jsonl}.
 *
 * @param id names it in its corpus: letters, digits, dots, dashes and underscores, no dot first
 * @param seed index of the seed in the data set that was searched
 * @param step of the search that made it, 1 for the first
 * @param picture path of its PNG file in the corpus, with {@code /}
 * @param pictureClass what became of it, in the eyes of the proxy that the search followed and of
 *     the judge that confirmed it
 * @param label of the seed: what the original predicts for it
 * @param originalLabel what the original predicts for the mutated picture
 * @param compressedLabel what the search took the compressed model to predict for it
 * @param originalConfidence softmax of the original's logits at {@code originalLabel}, 0 to 1
 * @param compressedConfidence likewise, of the compressed model, at {@code compressedLabel}
 * @param rms distance to the seed as {@link PictureDistance} has it
 * @param linf likewise
 * @param verdicts by the id of the judge, in order of the ids
 * @param refused what the proxy said where it called the picture effective and the judge that
 *     confirms within a search did not, so that the picture is valid; null elsewhere, and then not
 *     in the file
 * @param dataLabel what the data says the seed shows, where that is not {@code label}; null where
 *     it is, and then not in the file
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CorpusInput(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) int seed,
    @JsonProperty(required = true) int step,
    @JsonProperty(required = true) String picture,
    @JsonProperty(value = "class", required = true) PictureClass pictureClass,
    @JsonProperty(required = true) int label,
    @JsonProperty(required = true) int originalLabel,
    @JsonProperty(required = true) int compressedLabel,
    @JsonProperty(required = true) float originalConfidence,
    @JsonProperty(required = true) float compressedConfidence,
    @JsonProperty(required = true) double rms,
    @JsonProperty(required = true) double linf,
    @JsonProperty(required = true) Map<String, Verdict> verdicts,
    @JsonInclude(JsonInclude.Include.NON_NULL) Verdict refused,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer dataLabel) {
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
    if (seed < 0 || step < 0 || label < 0 || originalLabel < 0 || compressedLabel < 0) {
      throw new IllegalArgumentException("a seed, step or label below 0");
    }
    if (!(originalConfidence >= 0 && originalConfidence <= 1)
        || !(compressedConfidence >= 0 && compressedConfidence <= 1)
        || !(rms >= 0 && rms <= 1)
        || !(linf >= 0 && linf <= 1)) {
      throw new IllegalArgumentException("a confidence or distance outside 0 to 1");
    }
    PictureClass follows =
        pictureClass(
            Label.known(label),
            new Label(originalLabel, originalConfidence),
            new Label(compressedLabel, compressedConfidence));
    if (pictureClass != follows) {
      throw new IllegalArgumentException(
          "class " + pictureClass + " where the labels make it " + follows);
    }
    if (verdicts.values().stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("a judge without verdict");
    }
    if (refused != null && (pictureClass != PictureClass.VALID || !refused.deviates())) {
      throw new IllegalArgumentException(
          "a refused verdict " + refused + " of a picture of class " + pictureClass);
    }
    if (dataLabel != null && (dataLabel < 0 || dataLabel == label)) {
      throw new IllegalArgumentException(
          "a data_label of " + dataLabel + " beside the label " + label);
    }
    verdicts = Collections.unmodifiableMap(new TreeMap<>(verdicts));
  }

  /**
   * A picture that a search has just found, without verdicts; its id is made of seed and step, so a
   * step of one seed keeps one picture.
   *
   * @param ofSeed what the original decides on the seed
   * @param original what the original decides on the picture
   * @param compressed what the search took the compressed model to decide on it
   * @param distance to the seed
   */
  public static CorpusInput found(
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
        pictureClass(ofSeed, original, compressed),
        Label.of(ofSeed).number(),
        Label.of(original).number(),
        Label.of(compressed).number(),
        original.confidence(),
        compressed.confidence(),
        distance.rms(),
        distance.linf(),
        Map.of(),
        null,
        null);
  }

  /** A threshold has no part in it: the labels in a row are decisions already. */
  private static PictureClass pictureClass(Decision seed, Decision original, Decision compressed) {
    return PictureClass.of(Classification.PLAIN, seed, original, compressed);
  }

  /** What the original decides on the seed. */
  public Decision seedDecision() {
    return Label.known(label);
  }

  /** What the original decides on this picture. */
  public Decision originalDecision() {
    return new Label(originalLabel, originalConfidence);
  }

  /** What the search took the compressed model to decide on this picture. */
  public Decision compressedDecision() {
    return new Label(compressedLabel, compressedConfidence);
  }

  /**
   * How much it matters: both models are at least this sure of their labels, 0 to 1. The smaller of
   * {@code originalConfidence} and {@code compressedConfidence}.
   */
  public float severity() {
    return Math.min(originalConfidence, compressedConfidence);
  }

  /**
   * This row with what the data says the seed shows.
   *
   * @param shown a label; nothing is noted where the original agrees
   */
  public CorpusInput withDataLabel(int shown) {
    return with(verdicts, refused, shown == label ? null : shown);
  }

  /** This row with what the proxy said of it and was not confirmed. */
  public CorpusInput withRefused(Verdict byProxy) {
    return with(verdicts, byProxy, dataLabel);
  }

  /** Path of the PNG file of a seed in its corpus. */
  static String seedPicture(int seed) {
    return String.format(Locale.ROOT, "pictures/seed-%06d.png", seed);
  }

  /** This row with other verdicts in place of its own. */
  CorpusInput withVerdicts(Map<String, Verdict> others) {
    return with(others, refused, dataLabel);
  }

  private CorpusInput with(Map<String, Verdict> others, Verdict unconfirmed, Integer shown) {
    return new CorpusInput(
        id,
        seed,
        step,
        picture,
        pictureClass,
        label,
        originalLabel,
        compressedLabel,
        originalConfidence,
        compressedConfidence,
        rms,
        linf,
        others,
        unconfirmed,
        shown);
  }
}
