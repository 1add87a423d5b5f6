package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.corpus.JudgeKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one judge said of a corpus, and the fingerprint of what said it.
 *
 * @param id how the fleet calls it, unique in a pair: "proxy", "host", "jetson-orin"
 * @param kind what it is
 * @param arch architecture, as Java names it: amd64, aarch64
 * @param runtime what ran the model, with its version
 * @param provider ONNX Runtime's execution provider, or what stands for it
 * @param judged pictures that it judged
 * @param deviates those of them on which it says that the compressed model deviates
 * @param agrees those of them on which it says that the compressed model keeps the label
 * @param deviatesRepaired pictures of the same corpus on which the repaired model still deviates;
 *     empty before the repair
 * @param processor the processor's name; empty where unknown
 * @param int8Features features of the processor that change int8 arithmetic
 * @param threads threads within an operator; 0 where unknown
 * @param batch pictures in a batch; 0 where unknown
 * @param modelSha256 of the model that was judged; empty for a proxy
 * @param seedsWithDeviation seeds of which the judge sees a deviation on at least one picture;
 *     empty where not counted
 * @param severity of the deviations that it sees; empty where it is not known of any
 * @param heldout deviations on the held-out corpus; empty where there is none
 */
public record JudgeSummary(
    String id,
    JudgeKind kind,
    String arch,
    String runtime,
    String provider,
    long judged,
    long deviates,
    long agrees,
    @JsonProperty("deviates_repaired") OptionalLong deviatesRepaired,
    String processor,
    @JsonProperty("int8_features") List<String> int8Features,
    int threads,
    int batch,
    @JsonProperty("model_sha256") String modelSha256,
    @JsonProperty("seeds_with_deviation") OptionalLong seedsWithDeviation,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SeveritySummary> severity,
    Optional<BeforeAfter> heldout) {
  public JudgeSummary {
    Checks.named("id of a judge", id);
    Checks.count("judged", judged);
    Checks.count("threads", threads);
    Checks.count("batch", batch);
    if (deviates < 0 || agrees < 0 || deviates + agrees != judged) {
      throw new IllegalArgumentException(
          "judge %s judged %d pictures, deviates on %d and agrees on %d"
              .formatted(id, judged, deviates, agrees));
    }
    deviatesRepaired.ifPresent(count -> Checks.count("deviates_repaired", count));
    int8Features = List.copyOf(int8Features);
  }

  /** "27 of 500 seeds", or the pictures where seeds are not counted. */
  public String found(long seeds) {
    return seedsWithDeviation.isPresent()
        ? Figures.count(seedsWithDeviation.getAsLong()) + " of " + Figures.count(seeds, "seed")
        : Figures.count(deviates, "picture");
  }

  /** The judge's name with its kind, where the name does not say it already. */
  public String title() {
    return id.equals(kind.toString()) ? id : id + " (" + kind + ")";
  }
}
