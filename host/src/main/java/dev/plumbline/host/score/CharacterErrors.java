package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decoded;
import dev.plumbline.host.task.Sequence;
import java.util.List;

/**
 * The character error rate: insertions, deletions and substitutions of code points that make the
 * texts found out of the right ones, for each code point of the right ones; and the share of texts
 * without an error. As in jiwer, blanks at both ends of a text do not count.
 */
final class CharacterErrors implements Scorer {
  private final Sequence task;
  private int inputs;
  private int exact;
  private long errors;
  private long characters;

  CharacterErrors(Sequence task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    Decoded found = task.decide(row);
    int[] wanted = symbols(Decoded.of(truth));
    inputs++;
    exact += task.differ(truth, found) ? 0 : 1;
    errors += distance(wanted, symbols(found));
    characters += wanted.length;
  }

  @Override
  public List<Measure> measures() {
    // All texts are empty: each character found is one too many.
    double rate = characters == 0 ? errors : (double) errors / characters;
    return List.of(
        Measure.errorRate("cer", "character error rate", rate),
        Measure.rate("exact_match", "exact match", (double) exact / inputs));
  }

  private static int[] symbols(Decoded decoded) {
    return decoded
        .characters()
        .map(text -> text.strip().codePoints().toArray())
        .orElseGet(() -> decoded.classes().stream().mapToInt(c -> c).toArray());
  }

  /** Levenshtein's. */
  static int distance(int[] from, int[] to) {
    int[] costs = new int[to.length + 1];
    for (int j = 0; j <= to.length; j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= from.length; i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j <= to.length; j++) {
        int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(replaced, 1 + Math.min(costs[j], costs[j - 1]));
      }
    }
    return costs[to.length];
  }
}
