package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches that go on from where another had come to. */
class SearchStateTest {
  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  /** What comes after each state is what a search makes that begins with it. */
  @ParameterizedTest
  @CsvSource({
    "boundary, false",
    "boundary, true",
    "compd, false",
    "compd, true",
    "compd-coverage, false",
    "noise, false",
    "severity, false",
  })
  void aSearchGoesOnFromEveryStateAsIfItHadNotStopped(String algorithm, boolean confirms) {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Dataset seeds = TinyModels.pictures(9, 11);
    SearchSettings settings =
        TestSettings.with(settings(4, 3, 1), SearchAlgorithms.byName(algorithm));
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, TestDevice.device())) {
      List<byte[]> states = new ArrayList<>();
      List<Integer> made = new ArrayList<>();
      CollectedMutations whole =
          new CollectedMutations() {
            @Override
            public void reached(Supplier<SearchState> state) {
              states.add(state.get().write());
              made.add(mutated.size());
            }
          };
      Optional<Judge> judge =
          confirms
              ? Optional.of(ConfirmingFixture.deployed(TinyModels.compressed(original, 0.05, 5)))
              : Optional.empty();
      Optional<SearchState> anew = Optional.empty();
      SearchOutcome all =
          Search.resume(o, c, PLAIN, seeds, settings, whole, Progress.SILENT, anew, judge);
      assertTrue(!confirms || all.refused() > 0, "nothing was refused");
      assertTrue(states.size() > 4, states.size() + " states");
      for (int i = 0; i < states.size(); i++) {
        CollectedMutations rest = new CollectedMutations();
        Optional<SearchState> from = Optional.of(SearchState.read(states.get(i)));
        SearchOutcome end =
            Search.resume(o, c, PLAIN, seeds, settings, rest, Progress.SILENT, from, judge);
        assertEquals(whole.mutated.subList(made.get(i), whole.mutated.size()), rest.mutated);
        assertEquals(without(all), without(end));
      }
    }
  }

  /** All but the clock. */
  private static SearchOutcome without(SearchOutcome o) {
    return new SearchOutcome(
        o.seeds(),
        o.naturalDeviations(),
        o.mutated(),
        o.effective(),
        o.valid(),
        o.invalid(),
        o.seedsWithDeviation(),
        o.meanRms(),
        o.meanLinf(),
        o.refused(),
        0);
  }

  @Test
  void aStateThatIsCutShortIsRefused() {
    byte[] state =
        new SearchState(
                1,
                List.of(new SearchState.Walker(0, 2, new Label(1, 0.75f), true, 0.5f)),
                new float[] {1, 2},
                List.of(new SearchState.Walker(1, 4, Label.known(3), false, 0)),
                new byte[] {5, 6},
                SearchState.Found.NOTHING)
            .write();
    assertEquals(2, SearchState.read(state).inputs()[1]);
    assertEquals(4, SearchState.read(state).ended().get(0).step());
    assertEquals(6, SearchState.read(state).endedPixels()[1]);
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> SearchState.read(Arrays.copyOf(state, state.length - 1)));
    assertTrue(refused.getMessage().contains("cut short"), refused.getMessage());
  }
}
