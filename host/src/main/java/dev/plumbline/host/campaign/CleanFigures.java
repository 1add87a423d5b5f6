package dev.plumbline.host.campaign;

import dev.plumbline.host.report.summary.AccuracySummary;
import dev.plumbline.host.report.summary.AgreementSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import dev.plumbline.host.score.ModelScores.Scored;
import dev.plumbline.host.task.Task;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Figures on clean pictures, in ONNX Runtime.
 *
 * @param score of the task's field; empty where nobody noted what is right on the pictures
 * @param agreement shares of pictures on which models decide as the original
 */
record CleanFigures(Optional<ScoreSummary> score, AgreementSummary agreement) {
  /** Of what each model decided on the same pictures. */
  static CleanFigures of(Task task, Scored original, Scored compressed, Optional<Scored> repaired) {
    return new CleanFigures(
        original
            .score()
            .map(
                first ->
                    ScoreSummary.of(
                        first,
                        compressed.score().orElseThrow(),
                        repaired.map(r -> r.score().orElseThrow()))),
        new AgreementSummary(
            task.agreement(original.decisions(), compressed.decisions()),
            repaired
                .map(r -> OptionalDouble.of(task.agreement(original.decisions(), r.decisions())))
                .orElse(OptionalDouble.empty())));
  }

  /** The score where it is the accuracy. */
  Optional<AccuracySummary> accuracy() {
    return score.flatMap(ScoreSummary::accuracy);
  }

  /** The score where it is another one. */
  Optional<ScoreSummary> otherScore() {
    return score.filter(s -> s.accuracy().isEmpty());
  }
}
