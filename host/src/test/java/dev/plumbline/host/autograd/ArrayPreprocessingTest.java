package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is {@link Preprocessing}, which works number by number; equality is bit for bit. */
class ArrayPreprocessingTest {
  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  static Stream<Preprocessing> preprocessings() {
    return Stream.of(Layout.NCHW, Layout.NHWC)
        .flatMap(
            layout ->
                Stream.of(ChannelOrder.values())
                    .map(
                        order ->
                            new Preprocessing(
                                List.of(0.485f, 0.456f, 0.406f),
                                List.of(0.229f, 0.224f, 0.225f),
                                layout,
                                order)));
  }

  @ParameterizedTest
  @MethodSource("preprocessings")
  void everyPixelValueBecomesTheSameFloat(Preprocessing preprocessing) {
    PictureShape shape = new PictureShape(3, 16, 16);
    byte[] pixels = new byte[shape.bytes()];
    for (int i = 0; i < pixels.length; i++) {
      // Another order in each channel, so that a channel taken for another shows.
      pixels[i] = (byte) (i * (2 * (i / 256) + 1) + i / 256);
    }
    Picture picture = new Picture(shape, pixels);
    float[] expected = new float[shape.bytes()];
    preprocessing.toInput(picture, expected, 0);
    try (NDManager manager = DeviceArrays.owner()) {
      ArrayPreprocessing arrays =
          new ArrayPreprocessing(manager, TestDevice.device(), preprocessing);
      NDArray uploaded = arrays.upload(manager, List.of(picture));
      NDArray input = arrays.toInput(uploaded);
      assertArrayEquals(expected, input.toFloatArray());
      assertEquals(
          List.of(picture), ArrayPreprocessing.download(arrays.toPixels(input)), "the way back");
    }
  }

  @ParameterizedTest
  @MethodSource("preprocessings")
  void everyFloatBecomesTheSamePixel(Preprocessing preprocessing) {
    PictureShape shape = new PictureShape(3, 5, 7);
    Random random = new Random(1);
    float[] input = new float[2 * shape.bytes()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) (3 * random.nextGaussian());
    }
    long[] dims =
        preprocessing.layout() == Layout.NCHW ? new long[] {2, 3, 5, 7} : new long[] {2, 5, 7, 3};
    try (NDManager manager = DeviceArrays.owner()) {
      ArrayPreprocessing arrays =
          new ArrayPreprocessing(manager, TestDevice.device(), preprocessing);
      NDArray array = TestDevice.place(manager.create(input, new ai.djl.ndarray.types.Shape(dims)));
      assertEquals(
          List.of(
              preprocessing.toPicture(shape, input, 0),
              preprocessing.toPicture(shape, input, shape.bytes())),
          ArrayPreprocessing.download(arrays.toPixels(array)));
    }
  }
}
