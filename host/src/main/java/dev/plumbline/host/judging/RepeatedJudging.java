package dev.plumbline.host.judging;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Asks a judge about pictures, and before anything is counted has it repeat its runs of the
 * original and the compressed model: what flips then is noise of the judge, and no deviation. A
 * judge that fails takes nothing along: what it said stands, the rest gets the failure's outcome.
 */
public final class RepeatedJudging {
  private static final String ORIGINAL = "original";
  private static final String COMPRESSED = "compressed";
  private static final String AGAINST_KNOWN = "against the known label";

  private final Task task;
  private final OnnxModel compressed;
  private final Optional<OnnxModel> original;
  private final int repeats;
  private final Progress progress;

  /**
   * @param original is repeated too, where it is given
   * @param repeats how often each run is repeated under each condition; 0 for no noise floor
   */
  public RepeatedJudging(
      OnnxModel compressed, Optional<OnnxModel> original, int repeats, Progress progress) {
    this.task = Tasks.of(compressed);
    this.compressed = compressed;
    this.original = original;
    this.repeats = repeats;
    this.progress = progress;
  }

  /** This, with another that is told how far it is. */
  public RepeatedJudging telling(Progress other) {
    return new RepeatedJudging(compressed, original, repeats, other);
  }

  /** What the model that is judged is for. */
  public Task task() {
    return task;
  }

  /** Who is told how far it is. */
  public Progress progress() {
    return progress;
  }

  /**
   * Asks; a judge that cannot be opened, refuses the model or is lost is told in the answer. When
   * the thread is interrupted it ends soon with what was judged, and the pictures that were not run
   * have no verdict; the interruption is used up then.
   */
  public Judged judge(JudgeSource source, List<Question> questions) {
    long began = System.nanoTime();
    Judge judge;
    try {
      judge = source.open(compressed);
    } catch (DeviceUnreachableException | BadInputException e) {
      return new Judged(
          source.id(),
          source.kind(),
          Optional.empty(),
          Map.of(),
          NoiseFloor.UNKNOWN,
          Thread.interrupted()
              ? Optional.empty()
              : Optional.of(new Judged.Failure(FailureOutcome.whileOpening(e), e.getMessage())),
          seconds(began));
    }
    Asking asking = new Asking(source, questions);
    try (judge) {
      asking.first(judge);
      asking.ran = judge.ran();
      asking.again(judge, COMPRESSED, asking.decisions());
      original.ifPresent(asking::original);
    } catch (JudgingInterruptedException e) {
      Thread.interrupted();
    } catch (DeviceUnreachableException | BadInputException e) {
      // What waits for a device fails when the thread is interrupted; that is none of the device's.
      if (!Thread.interrupted()) {
        asking.failure =
            Optional.of(new Judged.Failure(FailureOutcome.whileJudging(e), e.getMessage()));
      }
    }
    return new Judged(
        source.id(),
        source.kind(),
        Optional.of(judge.info()),
        asking.ran,
        asking.verdicts(),
        new NoiseFloor(asking.runs, asking.flipped, asking.notes),
        asking.failure,
        seconds(began));
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  /** The state of one judge's turn. */
  private final class Asking {
    private final JudgeSource source;
    private final List<Question> questions;
    private final List<Input> pictures;
    private final Verdict[] verdicts;
    private final Decision[] decisions;
    private final List<NoiseFloor.RepeatedRun> runs = new ArrayList<>();
    private final Set<String> flipped = new TreeSet<>();
    private final List<String> notes = new ArrayList<>();
    private Placement ran = Placement.UNKNOWN;
    private Optional<Judged.Failure> failure = Optional.empty();

    Asking(JudgeSource source, List<Question> questions) {
      this.source = source;
      this.questions = questions;
      this.pictures = questions.stream().map(Question::picture).toList();
      this.verdicts = new Verdict[questions.size()];
      this.decisions = new Decision[questions.size()];
    }

    private void run(Repeat.Run run, String name, Consumer<Row> rows) {
      try (Progress.Step step =
          progress.begin("judging on " + source.id() + name, questions.size())) {
        run.judge(
            pictures,
            (first, logits) -> {
              for (int i = 0; i < logits.length; i++) {
                rows.accept(new Row(first + i, logits[i]));
              }
              step.at(first + logits.length, "");
              if (Thread.currentThread().isInterrupted()) {
                throw new JudgingInterruptedException();
              }
            });
      }
    }

    void first(Judge judge) {
      run(
          judge::judge,
          "",
          row -> {
            Decision decision = decide(row.logits());
            decisions[row.index()] = decision;
            Decision expected = questions.get(row.index()).expected();
            verdicts[row.index()] =
                Verdict.decided(task.differ(expected, decision), decision)
                    .withMargin(task.deviationMargin(row.logits(), expected));
          });
    }

    private Decision decide(float[] logits) {
      try {
        return task.decide(logits);
      } catch (BadInputException e) {
        throw new BadInputException(
            "model "
                + compressed.name()
                + " cannot be judged on "
                + source.id()
                + ": "
                + e.getMessage(),
            e);
      }
    }

    void again(Judge judge, String model, List<Decision> expected) {
      for (int i = 0; i < repeats; i++) {
        for (Repeat repeat : judge.repeats()) {
          try {
            compare(model, repeat, expected);
          } catch (NotRepeatableException e) {
            note(e.getMessage());
          }
        }
      }
    }

    /** Returns the decisions of this run. */
    private List<Decision> compare(String model, Repeat repeat, List<Decision> expected) {
      Decision[] found = new Decision[expected.size()];
      int[] flips = new int[1];
      run(
          repeat.run(),
          ", " + model + " again, " + repeat.conditions(),
          row -> {
            Decision decision = decide(row.logits());
            found[row.index()] = decision;
            if (task.differ(expected.get(row.index()), decision)) {
              flips[0]++;
              flipped.add(questions.get(row.index()).id());
            }
          });
      runs.add(new NoiseFloor.RepeatedRun(model, repeat.conditions(), found.length, flips[0]));
      return Arrays.asList(found);
    }

    /**
     * The original's first run here is compared with the decision that the pictures came with:
     * where the original itself differs from one machine to another, compression is not to blame.
     */
    void original(OnnxModel model) {
      if (repeats == 0) {
        return;
      }
      try (Judge judge = source.open(model)) {
        List<Decision> known = questions.stream().map(Question::expected).toList();
        List<Decision> here = compare(ORIGINAL, new Repeat(AGAINST_KNOWN, judge::judge), known);
        again(judge, ORIGINAL, here);
      } catch (BadInputException e) {
        // A device may have no room for the original; the compressed model was judged all the same.
        note("the original was not repeated on " + source.id() + ": " + e.getMessage());
      }
    }

    private List<Decision> decisions() {
      return Arrays.asList(decisions);
    }

    private void note(String sentence) {
      if (!notes.contains(sentence)) {
        notes.add(sentence);
      }
    }

    Map<String, Verdict> verdicts() {
      Map<String, Verdict> all = new LinkedHashMap<>();
      for (int i = 0; i < verdicts.length; i++) {
        String id = questions.get(i).id();
        if (verdicts[i] != null) {
          all.put(id, flipped.contains(id) ? verdicts[i].flaky() : verdicts[i]);
        } else {
          failure.ifPresent(why -> all.put(id, Verdict.failed(why.outcome())));
        }
      }
      return all;
    }
  }

  private record Row(int index, float[] logits) {}
}
