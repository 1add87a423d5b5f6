package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.guard.GuardedJudges;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.summary.FleetSummary;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Tasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    return original.isPresent()
        ? Question.ofOriginal(
            pictures,
            new ModelDecisions(preprocessing, provider)
                .withMargins(original.get(), pictures, "labelling clean pictures", progress))
        : Question.of(pictures, Tasks.of(model).annotated(pictures));
  }

  /**
   * What the judges said.
   *
   * @param run number under which the database keeps it
   * @param guarded what judges defer; empty where the model has no guard
   */
  public record Confirmed(long run, FleetRun.Answers answers, Optional<GuardedJudges> guarded) {}

  /** Judges a corpus and clean pictures, and keeps the verdicts in the corpus too. */
  public Confirmed confirm(Corpus corpus, List<Question> clean) {
    FleetRun run = begin("confirm");
    FleetRun.Answers answers = run.confirm(corpus, clean, judges());
    run.end(answers.failures().isEmpty());
    return new Confirmed(
        run.number(),
        answers,
        Guard.of(model).map(guard -> guarded(guard, answers, corpus, clean)));
  }

  /**
   * Judges a corpus and clean pictures again, and compares with a baseline.
   *
   * @param baseline number of the run to compare with; empty for each judge's last that passed
   * @param maxNew new flips that a judge may have
   * @param maxPast deviations past the guard that a judge of a guarded model may have
   */
  public CheckResult check(
      Corpus corpus, List<Question> clean, OptionalLong baseline, int maxNew, OptionalInt maxPast) {
    Instant started = Instant.now();
    Optional<Guard> guard = Guard.of(model);
    if (guard.isEmpty() && maxPast.isPresent()) {
      throw new BadInputException(
          "a bound on deviations past the guard is given and model "
              + model.name()
              + " has no guard, expected a model that 'guard --export' wrote");
    }
    List<GuardGate> gate = new ArrayList<>();
    FleetCheck check =
        FleetCheck.of(
            database,
            begin("check"),
            corpus,
            clean,
            judges(),
            baseline,
            maxNew,
            answers -> {
              guard.ifPresent(
                  g -> gate.add(new GuardGate(guarded(g, answers, corpus, clean), maxPast)));
              return gate.stream().allMatch(GuardGate::passed);
            });
    return new CheckResult(
        started,
        check,
        FleetSummary.of(check.answers(), model),
        maxNew,
        clean,
        gate.stream().findFirst());
  }

  private GuardedJudges guarded(
      Guard guard, FleetRun.Answers answers, Corpus corpus, List<Question> clean) {
    return GuardedJudges.ask(
        model,
        guard,
        judges(),
        new GuardedJudges.Asked(Question.of(corpus), answers.onCorpus()),
        new GuardedJudges.Asked(clean, answers.onClean()),
        progress);
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
