package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Embedding;
import java.util.List;

/**
 * How many pairs of pictures one model calls the same and another one does not, or the reverse.
 *
 * @param pairs that both were asked about
 * @param flipped of them
 * @param threshold from which cosine on a pair is the same: the task's, or else the best one for
 *     the first model
 */
public record PairFlips(int pairs, int flipped, double threshold) {
  /**
   * @param truths identities or pairs, by input
   * @param original rows by input
   * @param compressed rows by input
   */
  public static PairFlips of(
      Embedding task, List<Decision> truths, float[][] original, float[][] compressed) {
    EmbeddingScores first = new EmbeddingScores(task);
    EmbeddingScores second = new EmbeddingScores(task);
    for (int i = 0; i < truths.size(); i++) {
      first.add(original[i], truths.get(i));
      second.add(compressed[i], truths.get(i));
    }
    double threshold = first.threshold();
    PairScores one = first.pairs();
    PairScores other = second.pairs();
    int flipped = 0;
    for (int pair = 0; pair < one.count(); pair++) {
      flipped += one.accepts(pair, threshold) == other.accepts(pair, threshold) ? 0 : 1;
    }
    return new PairFlips(one.count(), flipped, threshold);
  }
}
