package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.plumbline.host.task.Label;
import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code inputs.jsonl} of a classification, as it stands in the file.
 *
 * @param label what the original decides on the seed
 * @param originalConfidence softmax of the original's logits at {@code originalLabel}, 0 to 1
 * @param compressedConfidence likewise, of the compressed model, at {@code compressedLabel}
 * @param originalMargin not in the file where it is null; nor is {@code compressedMargin}
 * @param refused not in the file where it is null
 * @param dataLabel what the data says the seed shows, where that is not {@code label}; null where
 *     it is, and then not in the file
 * @see CorpusInput
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record LabelRow(
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
    @JsonInclude(JsonInclude.Include.NON_NULL) Float originalMargin,
    @JsonInclude(JsonInclude.Include.NON_NULL) Float compressedMargin,
    @JsonProperty(required = true) Map<String, Verdict> verdicts,
    @JsonInclude(JsonInclude.Include.NON_NULL) Verdict refused,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer dataLabel) {
  LabelRow {
    if (label < 0 || originalLabel < 0 || compressedLabel < 0) {
      throw new IllegalArgumentException("a seed, step or label below 0");
    }
    if (!(originalConfidence >= 0 && originalConfidence <= 1)
        || !(compressedConfidence >= 0 && compressedConfidence <= 1)) {
      throw new IllegalArgumentException("a confidence or distance outside 0 to 1");
    }
    if (dataLabel != null && (dataLabel < 0 || dataLabel == label)) {
      throw new IllegalArgumentException(
          "a data_label of " + dataLabel + " beside the label " + label);
    }
  }

  static LabelRow of(CorpusInput input) {
    Label original = Label.of(input.originalDecision());
    Label compressed = Label.of(input.compressedDecision());
    return new LabelRow(
        input.id(),
        input.seed(),
        input.step(),
        input.picture(),
        input.pictureClass(),
        Label.of(input.seedDecision()).number(),
        original.number(),
        compressed.number(),
        original.confidence(),
        compressed.confidence(),
        input.rms(),
        input.linf(),
        input.margins().map(Margins::original).orElse(null),
        input.margins().map(Margins::compressed).orElse(null),
        input.verdicts(),
        input.refused().orElse(null),
        input.dataDecision().map(d -> Label.of(d).number()).orElse(null));
  }

  CorpusInput input() {
    return new CorpusInput(
        id,
        seed,
        step,
        picture,
        pictureClass,
        Label.known(label),
        new Label(originalLabel, originalConfidence),
        new Label(compressedLabel, compressedConfidence),
        rms,
        linf,
        Margins.ofRow(originalMargin, compressedMargin),
        verdicts,
        Optional.ofNullable(refused),
        Optional.<Integer>ofNullable(dataLabel).map(Label::known));
  }
}
