package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SeveritiesTest {
  private static final Task TASK = Classification.PLAIN;
  private static final String HOST = "host";

  private static CorpusInput deviation(
      int seed, int step, float original, float compressed, Map<String, Verdict> verdicts) {
    return CorpusInput.found(
            TASK,
            seed,
            step,
            Label.known(0),
            new Label(0, 0.9f),
            new Label(1, 0.8f),
            new PictureDistance(0.1, 0.1))
        .withMargins(Optional.of(new Margins(original, compressed)))
        .withVerdicts(verdicts);
  }

  private static Verdict deviates(double margin) {
    return Verdict.decided(true, new Label(1, 0.8f)).withMargin(margin);
  }

  @Test
  void aDeviationIsAsSevereAsItsSmallerMarginToTheJudgeThatIsAsked() {
    CorpusInput input =
        deviation(1, 1, 2, 5, Map.of(HOST, deviates(0.5), "pi", deviates(3), "proxy", deviates(5)));
    assertEquals(OptionalDouble.of(0.5), input.severity(TASK, HOST));
    assertEquals(OptionalDouble.of(2), input.severity(TASK, "pi"));
    assertEquals(OptionalDouble.of(2), input.severity(TASK), "as the search saw it");
  }

  @Test
  void whatDoesNotDeviateOrHasNoKnownMarginIsOfNoSeverity() {
    Verdict agrees = Verdict.decided(false, new Label(0, 0.8f)).withMargin(1);
    Verdict before = Verdict.decided(true, new Label(1, 0.8f));
    CorpusInput input = deviation(1, 1, 2, 5, Map.of(HOST, agrees, "pi", before));
    assertTrue(input.severity(TASK, HOST).isEmpty());
    assertTrue(input.severity(TASK, "pi").isEmpty());
    assertTrue(input.severity(TASK, "none").isEmpty());
    CorpusInput unknown =
        input.withMargins(Optional.empty()).withVerdicts(Map.of(HOST, deviates(2)));
    assertTrue(unknown.severity(TASK, HOST).isEmpty());
  }

  @Test
  void eachSeedCountsWithItsMostSevereDeviation() {
    List<CorpusInput> inputs =
        List.of(
            deviation(1, 1, 9, 9, Map.of(HOST, deviates(0.2))),
            deviation(1, 2, 9, 9, Map.of(HOST, deviates(1.2))),
            deviation(2, 1, 9, 9, Map.of(HOST, deviates(0.3))),
            deviation(3, 1, 0.05f, 9, Map.of(HOST, deviates(4))));
    Severities severities = Severities.of(inputs, TASK, HOST);
    Severities.Figures figures = severities.figures();
    assertEquals(4, figures.deviations());
    assertEquals(3, figures.seeds());
    assertEquals(2, figures.seedsAtLeast().get("0.1"));
    assertEquals(1, figures.seedsAtLeast().get("1"));
    assertEquals(0, figures.seedsAtLeast().get("2"));
    assertEquals(0.3, figures.seedQuantiles().get("0.5"), 1e-6, "kept in 32 bits");
    assertEquals(1.2, figures.quantiles().get("1"), 1e-6, "kept in 32 bits");
  }

  @Test
  void quantilesAreValuesThatOccurAndOfNothingThereAreNone() {
    List<Double> values = List.of(1.0, 2.0, 3.0, 4.0);
    assertEquals(1, Severities.quantile(values, 0));
    assertEquals(2, Severities.quantile(values, 0.5));
    assertEquals(4, Severities.quantile(values, 0.9));
    assertEquals(4, Severities.quantile(values, 1));
    assertEquals(Map.of(), new Severities(List.of(), List.of()).figures().quantiles());
  }

  @Test
  void marginsAreFiniteAlsoWhereADecisionHasNoBoundary() {
    Margins margins = new Margins(1, 1).withCompressed(Double.POSITIVE_INFINITY);
    assertEquals(Float.MAX_VALUE, margins.compressed());
    assertThrows(IllegalArgumentException.class, () -> new Margins(Float.NaN, 0));
  }
}
