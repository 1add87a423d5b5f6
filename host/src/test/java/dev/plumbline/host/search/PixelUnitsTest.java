package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model written for pixels of 0 to 255 is the one for 0 to 1 with its first weights divided by
 * 255, so a search finds the same pictures. The weights are rounded otherwise and a step is
 * unrounded in other units, so that a pixel may round to its neighbour.
 */
class PixelUnitsTest {
  private static final Preprocessing UNIT = preprocessing("1/255", "0", "1");

  private static Preprocessing preprocessing(String scale, String mean, String std) {
    return new PreprocessingEntries(Map.of(Key.SCALE, scale, Key.MEAN, mean, Key.STD, std))
        .preprocessing(3);
  }

  /** The same function of pixels, for inputs that are as many times as large. */
  private static OnnxModel forInputs(OnnxModel model, float times) {
    Tensor weights = model.graph().constants().get("w");
    float[] values = weights.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] /= times;
    }
    return model.withConstants(Map.of("w", Tensor.ofFloats(weights.dims(), values)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, compd",
    "1, 1, compd-coverage",
    "1, 1, boundary",
    "2, 1, compd",
    "1/255, 0.003921569, compd",
  })
  void aModelForPixelsOf0To255IsSearchedAsTheOneFor0To1(String scale, float std, String algorithm) {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 1);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 2);
    SearchSettings settings = SearchFixture.settings(10, 8, 3);
    SearchAlgorithm chosen = SearchAlgorithms.byName(algorithm);
    List<MutatedPicture> unit =
        SearchFixture.search(
                original, compressed, UNIT, TinyModels.pictures(8, 4), chosen, settings)
            .mutated;
    Preprocessing wide = preprocessing(scale, "0", Float.toString(std));
    float times = wide.table(0)[255];
    List<MutatedPicture> raw =
        SearchFixture.search(
                forInputs(original, times),
                forInputs(compressed, times),
                wide,
                TinyModels.pictures(8, 4),
                chosen,
                settings)
            .mutated;
    assertEquals(unit.size(), raw.size());
    int moved = 0;
    for (int i = 0; i < unit.size(); i++) {
      Picture expected = (Picture) unit.get(i).picture();
      Picture found = (Picture) raw.get(i).picture();
      for (int p = 0; p < expected.pixels().length; p++) {
        int apart = Math.abs((expected.pixels()[p] & 0xff) - (found.pixels()[p] & 0xff));
        assertTrue(apart <= 1, "pixel " + p + " of picture " + i + " is " + apart + " apart");
        moved += apart;
      }
    }
    assertTrue(moved <= unit.size(), moved + " pixels of " + unit.size() + " pictures differ");
  }
}
