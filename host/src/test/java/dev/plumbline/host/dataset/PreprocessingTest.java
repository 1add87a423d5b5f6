package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  // Mean and deviation that are exact in binary, so the expected values are as well.
  private static final List<Float> MEAN = List.of(0.5f, 0.25f, 0f);
  private static final List<Float> STD = List.of(0.5f, 0.25f, 1f);
  // One row of two pixels: R 0 and 255, G 255 and 0, B 51 and 102.
  private static final Picture PICTURE =
      new Picture(new PictureShape(3, 1, 2), new byte[] {0, -1, -1, 0, 51, 102});

  @Test
  void eachLayoutAndChannelOrderPutsPixelsWhereTheModelWantsThem() {
    assertArrayEquals(new float[] {-1, 1, 3, -1, 0.2f, 0.4f}, input(Layout.NCHW, ChannelOrder.RGB));
    assertArrayEquals(new float[] {-1, 3, 0.2f, 1, -1, 0.4f}, input(Layout.NHWC, ChannelOrder.RGB));
    // BGR: blue meets the mean and deviation of the first channel of the model, red of the last.
    float first = (0.2f - 0.5f) / 0.5f;
    float second = (0.4f - 0.5f) / 0.5f;
    assertArrayEquals(
        new float[] {first, second, 3, -1, 0, 1}, input(Layout.NCHW, ChannelOrder.BGR));
    assertArrayEquals(
        new float[] {first, 3, 0, second, -1, 1}, input(Layout.NHWC, ChannelOrder.BGR));
  }

  @Test
  void aPictureComesBackFromItsInputUnchanged() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int channels = seed % 2 == 0 ? 1 : 3;
      PictureShape shape = new PictureShape(channels, 1 + random.nextInt(9), 30);
      byte[] pixels = new byte[shape.bytes()];
      random.nextBytes(pixels);
      Picture picture = new Picture(shape, pixels);
      Preprocessing preprocessing =
          new Preprocessing(
              random.doubles(channels).mapToObj(d -> (float) d).toList(),
              random.doubles(channels, 0.05, 1).mapToObj(d -> (float) d).toList(),
              Layout.values()[seed / 2 % 2],
              ChannelOrder.values()[seed / 4 % 2]);
      float[] input = new float[5 + shape.bytes()];
      preprocessing.toInput(picture, input, 5);
      assertEquals(picture, preprocessing.toPicture(shape, input, 5), "random seed " + seed);
    }
  }

  @Test
  void anInputOutsideThePixelRangeIsClippedAndHalvesGoToTheEvenSide() {
    Preprocessing plain =
        new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);
    float[] input = {-3, 7, 0.5f / 255f, 1.5f / 255f};
    // Else the two would be no halves, and say nothing.
    assertEquals(0.5f, input[2] * 255f);
    assertEquals(1.5f, input[3] * 255f);
    assertArrayEquals(
        new byte[] {0, -1, 0, 2}, plain.toPicture(new PictureShape(1, 2, 2), input, 0).pixels());
  }

  @Test
  void badNumbersAndAnotherNumberOfChannelsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Preprocessing(List.of(0f), List.of(0f), Layout.NCHW, ChannelOrder.RGB));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Preprocessing(List.of(0f), STD, Layout.NCHW, ChannelOrder.RGB));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Preprocessing(List.of(Float.NaN), List.of(1f), Layout.NCHW, ChannelOrder.RGB));
    Preprocessing grey = new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);
    assertThrows(IllegalArgumentException.class, () -> grey.toInput(PICTURE, new float[6], 0));
  }

  private static float[] input(Layout layout, ChannelOrder order) {
    float[] input = new float[6];
    new Preprocessing(MEAN, STD, layout, order).toInput(PICTURE, input, 0);
    return input;
  }
}
