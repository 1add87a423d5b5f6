package dev.plumbline.host.device;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Picture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Has a judge say of each picture of a corpus whether the model deviates there: whether its label
 * differs from the seed's. Invalid pictures are not asked about, since on them the original itself
 * left the label.
 */
public final class CorpusJudging {
  private CorpusJudging() {}

  /**
   * Judges a corpus and keeps the verdicts in it, also those that a device gave before it was lost.
   *
   * @return the corpus with the verdicts
   * @throws DeviceUnreachableException if the device is lost on the way
   */
  public static Corpus record(Corpus corpus, Judge judge, Progress progress) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    try {
      judge(corpus, judge, progress, verdicts);
    } catch (DeviceUnreachableException e) {
      corpus.withVerdicts(judge.info(), verdicts);
      throw e;
    }
    return corpus.withVerdicts(judge.info(), verdicts);
  }

  /**
   * Judges a corpus with a model other than the one that it was made for, such as a repaired one;
   * the corpus stays as it is.
   *
   * @return verdicts by the id of the picture
   */
  public static Map<String, Verdict> replay(Corpus corpus, Judge judge, Progress progress) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    judge(corpus, judge, progress, verdicts);
    return verdicts;
  }

  private static void judge(
      Corpus corpus, Judge judge, Progress progress, Map<String, Verdict> verdicts) {
    List<CorpusInput> inputs = asked(corpus);
    List<Picture> pictures = new ArrayList<>(inputs.size());
    inputs.forEach(input -> pictures.add(corpus.picture(input)));
    try (Progress.Step step = progress.begin("judging on " + judge.info().id(), inputs.size())) {
      judge.judge(
          pictures,
          (first, logits) -> {
            for (int i = 0; i < logits.length; i++) {
              CorpusInput input = inputs.get(first + i);
              int label = Logits.label(logits[i]);
              verdicts.put(
                  input.id(),
                  new Verdict(label != input.label(), label, Logits.confidence(logits[i], label)));
            }
            step.at(first + logits.length, "");
          });
    }
  }

  /** The pictures that a judge is asked about: effective and valid ones. */
  public static List<CorpusInput> asked(Corpus corpus) {
    return corpus.inputs().stream()
        .filter(input -> input.pictureClass() != PictureClass.INVALID)
        .toList();
  }

  /** How many verdicts say that the model deviates. */
  public static int deviations(Map<String, Verdict> verdicts) {
    return (int) verdicts.values().stream().filter(Verdict::deviates).count();
  }
}
