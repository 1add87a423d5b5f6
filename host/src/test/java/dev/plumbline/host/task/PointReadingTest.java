package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.task.PointReading.Form;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Four maps of 6 x 7 normally distributed numbers, rounded, with a peak of 4 within, on the edge,
 * one cell from it and within again. The oracle of peaks is {@code get_final_preds} of
 * microsoft/human-pose-estimation.pytorch without its transform to the file's pixels, that of the
 * soft reading NumPy in float64.
 */
class PointReadingTest {
  private static final float[] MAPS = {
    -0.8f, -1.3f, -0.2f, 0.4f, 1.1f, 0.1f, -0.6f, -0.8f, 0.7f, 1.6f, 0.3f, -1.2f, -1f, 1.6f, 0.2f,
    -1.7f, -0.1f, -1.2f, -0.6f, -0.5f, -0.7f, 4f, -0.1f, -0.6f, 0.4f, 0.8f, -1.6f, -0.3f, -1f,
    -0.2f, -1.3f, 0f, -0f, -0.3f, -1f, -0.4f, -1.1f, -1.4f, 0.2f, -1.1f, 1.2f, 0.7f, -2f, 0.3f, 4f,
    0f, 0f, -2f, -0.2f, -0.3f, 1f, -1.2f, 0.7f, -1.1f, -0.3f, -0.8f, 1.4f, 0.6f, 2.4f, 0.6f, 0.8f,
    0.8f, -0.6f, -0.1f, 1.4f, -0.4f, 0.2f, -0f, 0.6f, -0.4f, -0.2f, 0.2f, 0.1f, -0.9f, 0.9f, -1.3f,
    -1.2f, -1.3f, 1f, -0.4f, -1f, -1.1f, 0.4f, -1.1f, -1.3f, 0.6f, -1.2f, -0.3f, -0f, -0.4f, -0.1f,
    1.3f, -0.5f, 4f, -1.8f, -0.2f, -0.4f, 0.3f, -0.5f, -0.5f, -0.7f, -0.5f, 0.2f, -0.4f, 0.1f, 1.9f,
    0.5f, -1.6f, 1.7f, 0.3f, -0.9f, 0.9f, 0f, -0.6f, -0.6f, -1f, 0f, 1.1f, -0.3f, 0.4f, 1.9f, -1.2f,
    0.3f, -0.3f, -1.1f, -1f, -0f, 0.4f, -0.5f, 0.1f, 0.7f, 0.3f, 0.9f, 0.5f, 0.5f, 1.8f, 0.6f, 0.1f,
    0.7f, -0.9f, -0.3f, 0.8f, 0.6f, 1.5f, 0f, -1.5f, 1.9f, 1.1f, -1.1f, 1.4f, 0f, -1.8f, 4f, -0.5f,
    1.6f, -0.8f, -0.3f, -0.3f, -0.4f, -0.9f, 0.2f, 1.1f, 0.6f, -0.9f, -1.1f, 0.1f, -0.7f, -0.6f
  };

  private static final float[] PEAKS = {3.25f, 3.25f, 4, 2, 0, 4, 3, 1, 4, 2.25f, 3.75f, 4};

  private static final float[] SOFT = {
    2.8318021f,
    2.8773474f,
    0.5473041f,
    2.3207567f,
    1.4599787f,
    0.482431f,
    2.4802148f,
    2.2208617f,
    0.4981111f,
    2.486725f,
    3.2090139f,
    0.4454758f
  };

  @ParameterizedTest
  @EnumSource(names = {"PEAK", "SOFT"})
  void mapsAreReadAsTheFieldReadsThem(Form form) {
    PointReading reading = new PointReading(form, 4, 6, 7);
    float[] expected = form == Form.PEAK ? PEAKS : SOFT;
    // float32 places of some units.
    assertArrayEquals(expected, reading.read(MAPS), 1e-5f);
    try (NDManager manager = DeviceArrays.owner()) {
      PointReading.Batch batch = reading.read(manager.create(MAPS, new Shape(1, MAPS.length)));
      float[] places = batch.places().toFloatArray();
      float[] confidences = batch.confidences().toFloatArray();
      float[] found = new float[12];
      for (int k = 0; k < 4; k++) {
        found[3 * k] = places[2 * k];
        found[3 * k + 1] = places[2 * k + 1];
        found[3 * k + 2] = confidences[k];
      }
      assertArrayEquals(expected, found, 1e-5f);
    }
  }
}
