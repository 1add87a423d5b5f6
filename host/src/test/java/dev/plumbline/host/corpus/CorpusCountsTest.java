package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusCountsTest {

  @Test
  void meansAreOverTheEffectivePicturesAlone() {
    CorpusCounts counts =
        CorpusCounts.of(
            5,
            List.of(
                input(1, 1, 0, 0, 1, 0.25, 0.5),
                input(1, 2, 0, 0, 2, 0.75, 1.0),
                input(2, 1, 0, 0, 0, 0.5, 0.5),
                input(2, 2, 0, 1, 0, 0.125, 0.5),
                input(2, 3, 0, 1, 1, 0.125, 0.5),
                input(3, 1, 4, 4, 0, 0.5, 0.75)));
    // Three effective: 0.25, 0.75, 0.5 and 0.5, 1, 0.75; all sums are exact.
    assertEquals(new CorpusCounts(5, 6, 3, 1, 2, 2, 0.5, 0.75, 0), counts);
  }

  @Test
  void withoutEffectivePicturesThereAreNoMeans() {
    CorpusCounts counts = CorpusCounts.of(2, List.of(input(1, 1, 0, 0, 0, 0.5, 0.5)));
    assertNull(counts.meanRms());
    assertNull(counts.meanLinf());
    assertEquals(new CorpusCounts(0, 0, 0, 0, 0, 0, null, null, 0), CorpusCounts.of(0, List.of()));
  }

  @Test
  void theKeysAreThoseOfTheContractForAnyMapper() throws JsonProcessingException {
    assertEquals(
        "{\"seeds\":5,\"mutated\":6,\"effective\":3,\"valid\":1,\"invalid\":2,"
            + "\"seeds_with_deviation\":2,\"mean_rms\":0.5,\"mean_linf\":0.75}",
        new ObjectMapper().writeValueAsString(new CorpusCounts(5, 6, 3, 1, 2, 2, 0.5, 0.75, 0)));
    assertEquals(
        "{\"seeds\":1,\"mutated\":0,\"effective\":0,\"valid\":0,\"invalid\":0,"
            + "\"seeds_with_deviation\":0,\"mean_rms\":null,\"mean_linf\":null}",
        new ObjectMapper().writeValueAsString(CorpusCounts.of(1, List.of())));
  }

  @Test
  void countsThatContradictEachOtherAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new CorpusCounts(5, 7, 3, 1, 2, 2, 0.5, 0.75, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new CorpusCounts(1, 6, 3, 1, 2, 2, 0.5, 0.75, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new CorpusCounts(5, 6, 3, 1, 2, 2, null, 0.75, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new CorpusCounts(5, 3, 0, 1, 2, 0, 0.5, 0.75, 0));
  }

  private static CorpusInput input(
      int seed, int step, int label, int original, int compressed, double rms, double linf) {
    return CorpusInput.found(
        Classification.PLAIN,
        seed,
        step,
        Label.known(label),
        new Label(original, 0.5f),
        new Label(compressed, 0.5f),
        new PictureDistance(rms, linf));
  }
}
