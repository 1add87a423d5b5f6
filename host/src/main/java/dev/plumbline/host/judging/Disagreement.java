package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two judges that ran one model: on how many pictures their decisions differ. Pictures that either
 * could not run, or on which it is flaky, do not take part.
 *
 * @param first id of a judge
 * @param second id of another
 * @param pictures that both decided, at least 1
 * @param differ of them, with decisions that differ
 * @param interval of the share that differs
 */
public record Disagreement(
    String first, String second, int pictures, int differ, ClopperPearson interval) {

  /**
   * Every two judges, in the order of the judges.
   *
   * @param verdicts by judge, then by picture
   */
  public static List<Disagreement> matrix(Task task, Map<String, Map<String, Verdict>> verdicts) {
    List<String> judges = List.copyOf(verdicts.keySet());
    List<Disagreement> matrix = new ArrayList<>();
    for (int i = 0; i < judges.size(); i++) {
      for (int j = i + 1; j < judges.size(); j++) {
        String first = judges.get(i);
        String second = judges.get(j);
        int pictures = 0;
        int differ = 0;
        for (Map.Entry<String, Verdict> entry : verdicts.get(first).entrySet()) {
          Verdict other = verdicts.get(second).get(entry.getKey());
          if (other != null && other.isDecided() && entry.getValue().isDecided()) {
            pictures++;
            Decision one = entry.getValue().decision().orElseThrow();
            differ += task.differ(one, other.decision().orElseThrow()) ? 1 : 0;
          }
        }
        if (pictures > 0) {
          matrix.add(
              new Disagreement(
                  first, second, pictures, differ, ClopperPearson.of(differ, pictures)));
        }
      }
    }
    return matrix;
  }

  /** Every two judges of a corpus. */
  public static List<Disagreement> matrix(Corpus corpus) {
    Map<String, Map<String, Verdict>> verdicts = new LinkedHashMap<>();
    for (JudgeInfo judge : corpus.header().judges()) {
      Map<String, Verdict> said = new LinkedHashMap<>();
      for (CorpusInput input : corpus.inputs()) {
        Verdict verdict = input.verdicts().get(judge.id());
        if (verdict != null) {
          said.put(input.id(), verdict);
        }
      }
      verdicts.put(judge.id(), said);
    }
    return matrix(corpus.header().task(), verdicts);
  }

  /** With the keys that files and answers have for it. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("first", first);
    map.put("second", second);
    map.put("pictures", pictures);
    map.put("differ", differ);
    map.put("low", interval.low());
    map.put("high", interval.high());
    return map;
  }
}
