package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.summary.FleetSummary;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Tasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has the host and devices judge a compressed model beside any job, and keeps what they say in the
 * database.
 *
 * @param model that is judged
 * @param original whose runs judges repeat too; empty to repeat those of the model only
 * @param preprocessing of both models
 * @param provider runs models on the host
 * @param devices that judge beside the host
 * @param repeats of each run under each condition, at least 0
 */
public record FleetJudging(
    OnnxModel model,
    Optional<OnnxModel> original,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    List<JudgeSource> devices,
    int repeats,
    FleetDatabase database,
    Progress progress) {

  /**
   * Questions about clean pictures: expected is what the original decides, or without an original
   * what the labels say.
   */
  public List<Question> clean(Dataset pictures) {
    ModelContract.of(model).requireInputs(pictures, preprocessing);
    List<? extends Decision> expected =
        original.isPresent()
            ? new ModelDecisions(preprocessing, provider)
                .of(original.get(), pictures, "labelling clean pictures", progress)
            : Tasks.of(model).annotated(pictures);
    return Question.of(pictures, expected);
  }

  /**
   * What the judges said.
   *
   * @param run number under which the database keeps it
   */
  public record Confirmed(long run, FleetRun.Answers answers) {}

  /** Judges a corpus and clean pictures, and keeps the verdicts in the corpus too. */
  public Confirmed confirm(Corpus corpus, List<Question> clean) {
    FleetRun run = begin("confirm");
    FleetRun.Answers answers = run.confirm(corpus, clean, judges());
    run.end(answers.failures().isEmpty());
    return new Confirmed(run.number(), answers);
  }

  /**
   * Judges a corpus and clean pictures again, and compares with a baseline.
   *
   * @param baseline number of the run to compare with; empty for each judge's last that passed
   * @param maxNew new flips that a judge may have
   */
  public CheckResult check(Corpus corpus, List<Question> clean, OptionalLong baseline, int maxNew) {
    Instant started = Instant.now();
    FleetCheck check =
        FleetCheck.of(database, begin("check"), corpus, clean, judges(), baseline, maxNew);
    return new CheckResult(started, check, FleetSummary.of(check.answers(), model), maxNew, clean);
  }

  private FleetRun begin(String verb) {
    return FleetRun.begin(
        database, verb, new RepeatedJudging(model, original, repeats, progress), model.sha256());
  }

  private List<JudgeSource> judges() {
    List<JudgeSource> judges = new ArrayList<>();
    judges.add(JudgeSource.host(preprocessing, provider));
    judges.addAll(devices);
    return judges;
  }
}
