package dev.plumbline.host.precision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunKernels;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.precision.PrecisionCandidate.Kind;
import dev.plumbline.host.repair.NewSearchCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PrecisionFrontTest {
  /** A model of so many bytes more than others. */
  private static OnnxModel model(int bytes) {
    GraphBuilder graph = new GraphBuilder("m");
    graph.output(graph.node("Flatten", "y", List.of(graph.input("x", 1, 1, 2)), Map.of()), 2);
    return graph.build().withMetadata("filling", "x".repeat(bytes));
  }

  private static PrecisionPoint point(
      Kind kind, double increase, int bytes, Optional<NewSearchCounts> found) {
    return new PrecisionPoint(
        new PrecisionCandidate(kind + "-" + increase, kind, List.of(), model(bytes)),
        new RunLatency(1 + increase, 1 + increase, 1 + increase, increase),
        Map.of(),
        Map.of(),
        new RunKernels(Map.of()),
        new CleanError(10, 0, 0.5),
        found);
  }

  private static Optional<NewSearchCounts> found(int any, int sure, int surer) {
    Map<String, Integer> levels = new LinkedHashMap<>();
    levels.put("0.7", sure);
    levels.put("0.9", surer);
    return Optional.of(new NewSearchCounts(50, any, levels));
  }

  private static final PrecisionPoint INT8 = point(Kind.INT8, 0, 1000, found(50, 40, 20));
  private static final PrecisionPoint CHEAP =
      point(Kind.FLOAT_STRETCH, 0.02, 1100, found(50, 32, 12));
  private static final PrecisionPoint WORSE =
      point(Kind.FLOAT_STRETCH, 0.1, 1200, found(50, 33, 12));
  private static final PrecisionPoint DEAR = point(Kind.FLOAT_STRETCH, 0.3, 3000, found(49, 10, 0));
  private static final PrecisionPoint WIDE = point(Kind.WIDE_ACTIVATIONS, 4, 1050, found(48, 8, 0));
  private static final PrecisionPoint FLOAT = point(Kind.FLOAT, 0.8, 4000, Optional.empty());

  private static PrecisionFront front(OptionalDouble budget) {
    return new PrecisionFront(List.of(INT8, CHEAP, WORSE, DEAR, WIDE, FLOAT), budget);
  }

  @Test
  void aPointIsOnTheFrontUnlessAnotherCostsNoMoreAndDeviatesNoMore() {
    PrecisionFront front = front(OptionalDouble.empty());
    assertTrue(front.isBestByLatency(INT8));
    assertTrue(front.isBestByLatency(CHEAP));
    assertFalse(front.isBestByLatency(WORSE), "CHEAP is faster and deviates less");
    assertTrue(front.isBestByLatency(DEAR));
    assertFalse(front.isBestByLatency(WIDE), "the original is faster and does not deviate");
    assertTrue(front.isBestBySize(WIDE), "nothing as small deviates as little");
    assertTrue(front.isBestByLatency(FLOAT));
    assertFalse(front.isBestBySize(DEAR), "16-bit activations are smaller and deviate less");
  }

  @Test
  void theKneeIsWhereDeviationsAndLatencyAddUpToLeast() {
    // INT8 1; CHEAP 0.7 + 0.025; DEAR (0.25 + 0) / 2 + 0.375.
    assertEquals(DEAR, front(OptionalDouble.empty()).chosen());
    assertEquals(
        CHEAP,
        new PrecisionFront(List.of(INT8, CHEAP, WORSE, FLOAT), OptionalDouble.empty()).chosen());
  }

  @Test
  void withinABudgetDeviationsAloneDecide() {
    PrecisionFront searched =
        new PrecisionFront(
            List.of(INT8, CHEAP, WORSE, point(Kind.FLOAT_STRETCH, 0.3, 1, Optional.empty()), FLOAT),
            OptionalDouble.of(0.15));
    assertEquals(CHEAP, searched.chosen());
    assertFalse(
        searched.isBestByLatency(searched.points().get(3)), "nobody knows what was not searched");
  }

  @Test
  void whereNothingIsGainedTheQuantizedModelStays() {
    PrecisionPoint same = point(Kind.FLOAT_STRETCH, 0.1, 1100, found(50, 40, 20));
    assertEquals(
        INT8, new PrecisionFront(List.of(INT8, same, FLOAT), OptionalDouble.empty()).chosen());
  }

  @Test
  void aBudgetThatNothingMeetsIsRefusedBeforeAnythingIsSearched() {
    List<PrecisionPoint> points = List.of(INT8, CHEAP, WIDE, FLOAT);
    List<PrecisionCandidate> candidates = points.stream().map(PrecisionPoint::candidate).toList();
    Map<String, RunLatency> latencies =
        points.stream().collect(Collectors.toMap(PrecisionPoint::name, PrecisionPoint::latency));
    PrecisionStudy.requireOneWithin(candidates, latencies, 0.02);
    Refusal.says(
        () -> PrecisionStudy.requireOneWithin(candidates, latencies, 0.01),
        "takes 2.0 % more latency, expected one within the 1.0 % that are allowed");
  }

  @Test
  void aCandidateThatADeviceRefusesOrIsSlowWithIsOut() {
    List<PrecisionCandidate> candidates =
        List.of(INT8.candidate(), CHEAP.candidate(), WORSE.candidate(), FLOAT.candidate());
    Map<String, RunLatency> host =
        Map.of(
            INT8.name(), INT8.latency(),
            CHEAP.name(), CHEAP.latency(),
            WORSE.name(), WORSE.latency(),
            FLOAT.name(), FLOAT.latency());
    Map<String, LatencyJudge.Measured> board =
        Map.of(
            "board",
            new LatencyJudge.Measured(
                Map.of(
                    INT8.model().sha256(), new RunLatency(9, 9, 9, 0),
                    WORSE.model().sha256(), new RunLatency(10, 10, 10, 0.12)),
                Map.of(CHEAP.model().sha256(), "no kernel")));
    PrecisionStudy.requireOneOnDevices(candidates, host, board, 0.12);
    // Within 11 % is CHEAP on the host, which the board refuses, and WORSE, which is slower there.
    Refusal.says(
        () -> PrecisionStudy.requireOneOnDevices(candidates, host, board, 0.11),
        "at most 11.0 % more latency on the host and on board, expected one");
  }

  @Test
  void whereNoDeviationIsConfidentAllOfThemCount() {
    PrecisionPoint quantized = point(Kind.INT8, 0, 1000, found(47, 0, 0));
    PrecisionPoint fewer = point(Kind.FLOAT_STRETCH, 0.1, 1100, found(35, 0, 0));
    PrecisionPoint dear = point(Kind.FLOAT_STRETCH, 0.5, 1100, found(40, 0, 0));
    PrecisionFront front =
        new PrecisionFront(List.of(quantized, fewer, dear, FLOAT), OptionalDouble.empty());
    assertTrue(front.isBestByLatency(fewer));
    assertFalse(front.isBestByLatency(dear));
    assertEquals(fewer, front.chosen());
  }
}
