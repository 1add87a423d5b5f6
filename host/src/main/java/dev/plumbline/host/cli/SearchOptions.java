package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.MaxChanges;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.search.CloseValid;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a search goes, for every verb that searches. */
final class SearchOptions {
  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "What is searched for: boundary, the nearest deviation of each seed; severity, the most"
              + " severe one; compd or compd-coverage, the published searches; noise, a baseline"
              + " (default: boundary; of guard severity, and boundary for models that take whole"
              + " numbers).")
  private String algorithm;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Steps of each seed at most, each of which makes one mutated input (default: 30 with"
              + " boundary and noise, 108 with severity, else 10).")
  private Integer steps;

  @Option(
      names = "--epsilon",
      paramLabel = "N|N/255",
      description =
          "The most that boundary, severity and noise change a pixel, in 1/255 or as a fraction"
              + " (default: 8), or a number of a tensor, in its own unit (default: 8/255 of the"
              + " range of --data). The published searches have no such bound.")
  private Epsilon epsilon;

  @Option(
      names = "--max-changes",
      paramLabel = "N|N%",
      description =
          "Of models that take whole numbers, such as bytes or tokens: how many elements of an"
              + " input boundary and noise may replace, or which share of them (default: 3%%, at"
              + " least 4). It takes the place of --epsilon there.")
  private MaxChanges maxChanges;

  @Option(
      names = "--keep-values",
      split = ",",
      paramLabel = "N",
      description =
          "Whole numbers that stand for no data, such as padding or the end of a text: elements"
              + " that have one keep it, and no other element gets one (default: none).")
  private List<Integer> keepValues = List.of();

  @Option(
      names = "--min-confidence",
      defaultValue = "0",
      paramLabel = "C",
      description =
          "Makes boundary and severity search for deviations on which the original is at least this"
              + " sure of its label, 0 to below 1 (default: ${DEFAULT-VALUE}).")
  private double minConfidence;

  @Option(
      names = "--clip",
      paramLabel = "R,G,B",
      description =
          "Most that a step of compd changes a normalised input, per channel (default: the variance"
              + " of the pixels of --data; published is that of the training data). Of a model that"
              + " takes 0 to 255, most that it changes a pixel on the 0..1 scale.")
  private String clip;

  @Option(
      names = "--keep-close",
      paramLabel = "MARGIN",
      description =
          "Keep valid pictures too, for devices to judge, where the compressed model's logit of the"
              + " label is less than this above the next one (default: "
              + CloseValid.USUAL_MARGIN
              + ").")
  private double keepClose = CloseValid.USUAL_MARGIN;

  @Option(
      names = "--close-per-seed",
      paramLabel = "N",
      description =
          "The most of them that are kept of a seed, the closest; 0 for none (default: "
              + CloseValid.USUAL_PER_SEED
              + ").")
  private int closePerSeed = CloseValid.USUAL_PER_SEED;

  @Option(
      names = "--confirm-in-walk",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Whether ONNX Runtime on the host, as the compressed model is deployed, has to see each"
              + " deviation that a search finds too; else the walk goes on (default: it has to).")
  private boolean confirmInWalk;

  /**
   * The settings, with the clip that is given, if any.
   *
   * @param batch seeds that walk together, which verbs call by different names; null for as many as
   *     memory has room for
   * @throws BadInputException if an option is out of its range or does not suit the algorithm
   */
  SearchSettings settings(Integer batch, long randomSeed) {
    return settings(SearchAlgorithms.USUAL, batch, randomSeed);
  }

  /**
   * As {@link #settings(Integer, long)}, for a verb with another algorithm where none is asked for.
   */
  SearchSettings settings(String usual, Integer batch, long randomSeed) {
    String chosen = algorithm == null ? usual : algorithm;
    if (!SearchSettings.isMinConfidence(minConfidence)) {
      throw new BadInputException(
          "--min-confidence is " + minConfidence + ", expected at least 0 and below 1");
    }
    SearchSettings.requireKept("--min-confidence", minConfidence, SearchAlgorithms.byName(chosen));
    SearchSettings settings =
        SearchSettings.of(
                Optional.of(chosen),
                Optional.ofNullable(steps),
                Optional.ofNullable(epsilon),
                Optional.ofNullable(maxChanges),
                Optional.of(keepValues),
                Optional.of(minConfidence),
                Optional.of(keepClose),
                Optional.of(closePerSeed),
                Optional.of(confirmInWalk),
                Optional.ofNullable(batch))
            .withRandomSeed(randomSeed);
    return clip == null ? settings : settings.withClip(clip());
  }

  private List<Float> clip() {
    try {
      return PreprocessingEntries.numbers(clip);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--clip '" + clip + "' cannot be read: expected numbers such as 0.06,0.06,0.07", e);
    }
  }
}
