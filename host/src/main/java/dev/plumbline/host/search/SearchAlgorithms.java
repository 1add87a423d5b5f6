package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The search algorithms there are; a new one is a class and a line here. */
public final class SearchAlgorithms {
  private static final List<SearchAlgorithm> ALL =
      List.of(new Boundary(), new Severest(), new Compd(), new CompdCoverage(), new Noise());

  /** The algorithm where nobody asks for another. */
  public static final String USUAL = "boundary";

  private SearchAlgorithms() {}

  /**
   * The algorithm that gets furthest past a guard.
   *
   * @param wholeNumbers whether the models take whole numbers, which have no gradient
   */
  public static String pastGuard(boolean wholeNumbers) {
    return wholeNumbers ? USUAL : Severest.ID;
  }

  /** Names, in the order in which to show them. */
  public static List<String> names() {
    return ALL.stream().map(SearchAlgorithm::id).toList();
  }

  /** Names of those that change a kind of inputs, likewise. */
  static List<String> namesFor(InputKind kind) {
    return ALL.stream()
        .filter(algorithm -> algorithm.moves().contains(kind))
        .map(SearchAlgorithm::id)
        .toList();
  }

  /** Names of those that are so, for a message: "boundary or noise". */
  static String namesOf(Predicate<SearchAlgorithm> so) {
    List<String> names = ALL.stream().filter(so).map(SearchAlgorithm::id).toList();
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /**
   * @throws BadInputException if there is none of that name
   */
  public static SearchAlgorithm byName(String name) {
    return ALL.stream()
        .filter(algorithm -> algorithm.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "search algorithm '"
                        + name
                        + "' does not exist, expected one of "
                        + names().stream().collect(Collectors.joining(", "))));
  }
}
