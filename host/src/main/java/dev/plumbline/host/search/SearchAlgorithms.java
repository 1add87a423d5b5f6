package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.stream.Collectors;

/** The search algorithms there are; a new one is a class and a line here. */
public final class SearchAlgorithms {
  private static final List<SearchAlgorithm> ALL =
      List.of(new Boundary(), new Compd(), new CompdCoverage(), new Noise());

  /** The algorithm where nobody asks for another. */
  public static final String USUAL = "boundary";

  private SearchAlgorithms() {}

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
