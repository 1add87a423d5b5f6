package dev.plumbline.host.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Verdicts on their way into a corpus. They stand in {@code inputs.jsonl}, the fingerprint of their
 * judge in {@code corpus.json}, and only one file can change at a time. The order of the steps
 * keeps two things true after each of them, so a kill at any time leaves a sound corpus: a
 * verdict's judge is in the header, and the fingerprint there is the one under which the verdict
 * was given.
 */
final class VerdictUpdate {
  private final Path folder;
  private final CorpusHeader header;
  private final List<CorpusInput> inputs;

  VerdictUpdate(Path folder, CorpusHeader header, List<CorpusInput> inputs) {
    this.folder = folder;
    this.header = header;
    this.inputs = inputs;
  }

  /**
   * The steps, each of which changes one file at once.
   *
   * @param verdicts by the id of the input; inputs that are not named keep what this judge said
   *     before, if its fingerprint is still the same
   */
  List<Runnable> steps(JudgeInfo judge, Map<String, Verdict> verdicts) {
    List<Runnable> steps = new ArrayList<>();
    List<CorpusInput> rows = inputs;
    boolean known = header.judges().contains(judge);
    if (!known) {
      if (header.judge(judge.id()).isPresent()) {
        // Another fingerprint under the old id: what it said before is of no more use.
        List<CorpusInput> without = inputs.stream().map(row -> without(row, judge)).toList();
        steps.add(() -> CorpusFiles.writeInputs(folder, without));
        rows = without;
      }
      steps.add(() -> CorpusFiles.writeHeader(folder, header.withJudge(judge)));
    }
    List<CorpusInput> with =
        rows.stream().map(row -> with(row, judge, verdicts.get(row.id()))).toList();
    steps.add(() -> CorpusFiles.writeInputs(folder, with));
    return steps;
  }

  private static CorpusInput without(CorpusInput row, JudgeInfo judge) {
    Map<String, Verdict> verdicts = new TreeMap<>(row.verdicts());
    verdicts.remove(judge.id());
    return row.withVerdicts(verdicts);
  }

  private static CorpusInput with(CorpusInput row, JudgeInfo judge, Verdict verdict) {
    if (verdict == null) {
      return row;
    }
    Map<String, Verdict> verdicts = new TreeMap<>(row.verdicts());
    verdicts.put(judge.id(), verdict);
    return row.withVerdicts(verdicts);
  }
}
