package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.fleet.FleetFigures;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Tasks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How judges differ: whose the deviations are, which labels flip on a judge by themselves, and on
 * how many pictures every two judges give different labels.
 *
 * @param provenance of the deviations of the corpus
 * @param ran which nodes of the model ran where, by judge, as far as judges told
 * @param noise of the judges that repeated their runs
 * @param corpus every two judges, on the corpus
 * @param clean every two judges, on clean pictures; empty while not measured
 * @param warnings sentences about processors that saturate, with the remedy
 */
public record FleetSummary(
    Provenance.Counts provenance,
    Map<String, Placement> ran,
    List<Noise> noise,
    @JsonProperty("disagreement_corpus") List<Disagreement> corpus,
    @JsonProperty("disagreement_clean") List<Disagreement> clean,
    List<String> warnings) {

  /**
   * The noise floor of a judge.
   *
   * @param judge its id
   * @param flaky pictures of the corpus that are not counted, since a label flipped there
   * @param repeats the runs that were repeated
   */
  public record Noise(String judge, int flaky, List<NoiseFloor.RepeatedRun> repeats) {
    public Noise {
      repeats = List.copyOf(repeats);
    }

    /** Of a judge's answer about a corpus. */
    public static Noise of(Judged judged) {
      return new Noise(judged.id(), judged.count(Outcome.FLAKY), judged.noise().repeats());
    }
  }

  /**
   * Of one run.
   *
   * @param model that was judged
   */
  public static FleetSummary of(FleetRun.Answers answers, OnnxModel model) {
    List<Judged> onCorpus = answers.onCorpus();
    return new FleetSummary(
        Provenance.Counts.of(answers.corpus()),
        FleetFigures.ran(onCorpus),
        onCorpus.stream().map(Noise::of).toList(),
        FleetFigures.disagreements(Tasks.of(model), onCorpus),
        FleetFigures.disagreements(Tasks.of(model), answers.onClean()),
        FleetFigures.warnings(onCorpus, model));
  }

  public FleetSummary {
    ran = Collections.unmodifiableMap(new LinkedHashMap<>(ran));
    noise = List.copyOf(noise);
    corpus = List.copyOf(corpus);
    clean = List.copyOf(clean);
    warnings = List.copyOf(warnings);
  }
}
