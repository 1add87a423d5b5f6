package dev.plumbline.host.score;

import dev.plumbline.host.score.Measure.Scale;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Vector;
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
   * @param original what one model decides, by input
   * @param compressed what the other one decides, by input
   */
  public static PairFlips of(
      Embedding task, List<Decision> truths, List<Decision> original, List<Decision> compressed) {
    EmbeddingScores first = new EmbeddingScores(task);
    EmbeddingScores second = new EmbeddingScores(task);
    for (int i = 0; i < truths.size(); i++) {
      first.add(Vector.of(original.get(i)), truths.get(i));
      second.add(Vector.of(compressed.get(i)), truths.get(i));
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

  /** As figures of a comparison. */
  List<Measure> measures() {
    return List.of(
        new Measure(
            "pairs_flipped", "pairs flipped", (double) flipped / pairs, Scale.PERCENT, true),
        Measure.threshold("pairs_flipped_at", "pairs flipped at cosine", threshold));
  }
}
