package dev.plumbline.host;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known word somebody meant who mistyped it: an option, a verb, a key of a job. */
public final class NearestWord {
  private NearestWord() {}

  /**
   * The known word that takes the fewest keystrokes to mend: letters inserted, deleted, replaced or
   * exchanged with their neighbour. Capitals, leading hyphens and the choice of {@code -} or {@code
   * _} cost nothing.
   *
   * @return empty if more than a third of the letters, and more than one, would have to change
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    String from = plain(typed);
    return known.stream()
        .filter(word -> distance(from, plain(word)) <= Math.max(1, plain(word).length() / 3))
        .min(
            Comparator.<String>comparingInt(word -> distance(from, plain(word)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The part of a sentence that names the nearest word; empty if none is near. */
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known).map(word -> "; the nearest is '" + word + "'").orElse("");
  }

  private static String plain(String word) {
    return word.replaceFirst("^-+", "").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least =
        Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
