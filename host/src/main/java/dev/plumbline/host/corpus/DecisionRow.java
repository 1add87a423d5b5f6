package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.plumbline.host.task.Decision;
import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code inputs.jsonl} of a task that is no classification, as it stands in the file.
 *
 * @param originalMargin not in the file where it is null; nor are {@code compressedMargin}, {@code
 *     refused} and {@code dataDecision}
 * @see CorpusInput
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DecisionRow(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) int seed,
    @JsonProperty(required = true) int step,
    @JsonProperty(required = true) String picture,
    @JsonProperty(value = "class", required = true) PictureClass pictureClass,
    @JsonProperty(required = true) Decision seedDecision,
    @JsonProperty(required = true) Decision originalDecision,
    @JsonProperty(required = true) Decision compressedDecision,
    @JsonProperty(required = true) double rms,
    @JsonProperty(required = true) double linf,
    @JsonInclude(JsonInclude.Include.NON_NULL) Float originalMargin,
    @JsonInclude(JsonInclude.Include.NON_NULL) Float compressedMargin,
    @JsonProperty(required = true) Map<String, Verdict> verdicts,
    @JsonInclude(JsonInclude.Include.NON_NULL) Verdict refused,
    @JsonInclude(JsonInclude.Include.NON_NULL) Decision dataDecision) {

  static DecisionRow of(CorpusInput input) {
    return new DecisionRow(
        input.id(),
        input.seed(),
        input.step(),
        input.picture(),
        input.pictureClass(),
        input.seedDecision(),
        input.originalDecision(),
        input.compressedDecision(),
        input.rms(),
        input.linf(),
        input.margins().map(Margins::original).orElse(null),
        input.margins().map(Margins::compressed).orElse(null),
        input.verdicts(),
        input.refused().orElse(null),
        input.dataDecision().orElse(null));
  }

  CorpusInput input() {
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
        Margins.ofRow(originalMargin, compressedMargin),
        verdicts,
        Optional.ofNullable(refused),
        Optional.ofNullable(dataDecision));
  }
}
