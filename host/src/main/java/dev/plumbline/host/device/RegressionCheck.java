package dev.plumbline.host.device;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What a judge says of a corpus today, against what is known of it: a new deviation is a picture on
 * which the model deviates now and neither the search nor any judge in the corpus said so before.
 *
 * @param judge who judged
 * @param verdicts of today, by the id of the input
 * @param fresh the new deviations, in the order of the corpus
 */
public record RegressionCheck(
    JudgeInfo judge, Map<String, Verdict> verdicts, List<CorpusInput> fresh) {

  /** Replays a corpus; it stays as it is. */
  public static RegressionCheck of(Corpus corpus, Judge judge, Progress progress) {
    Map<String, Verdict> verdicts = CorpusJudging.replay(corpus, judge, progress);
    List<CorpusInput> fresh =
        corpus.inputs().stream()
            .filter(input -> verdicts.containsKey(input.id()))
            .filter(input -> verdicts.get(input.id()).deviates() && !isKnown(input))
            .toList();
    return new RegressionCheck(judge.info(), verdicts, fresh);
  }

  private static boolean isKnown(CorpusInput input) {
    return input.pictureClass() == PictureClass.EFFECTIVE
        || input.verdicts().values().stream().anyMatch(Verdict::deviates);
  }
}
