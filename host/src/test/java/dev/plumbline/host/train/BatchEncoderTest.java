package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchEncoderTest {
  private static final PictureShape SHAPE = new PictureShape(3, 4, 5);

  private static Preprocessing preprocessing(Layout layout) {
    return new Preprocessing(
        List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.3f, 0.25f), layout, ChannelOrder.BGR);
  }

  private static byte[] pixels() {
    byte[] pixels = new byte[SHAPE.bytes()];
    new Random(9).nextBytes(pixels);
    return pixels;
  }

  @ParameterizedTest
  @EnumSource(value = Layout.class, names = "N.*", mode = EnumSource.Mode.MATCH_ALL)
  void withoutAugmentationItIsThePreprocessing(Layout layout) {
    float[] expected = new float[SHAPE.bytes()];
    preprocessing(layout).toInput(new Picture(SHAPE, pixels()), expected, 0);
    float[] found = new float[SHAPE.bytes() + 2];
    new BatchEncoder(SHAPE, preprocessing(layout))
        .encode(pixels(), Augmentation.NONE, new SplittableRandom(1), found, 2);
    assertArrayEquals(expected, java.util.Arrays.copyOfRange(found, 2, found.length));
  }

  /** The oracle moves and mirrors whole pictures pixel by pixel, then applies the preprocessing. */
  @ParameterizedTest
  @EnumSource(value = Layout.class, names = "N.*", mode = EnumSource.Mode.MATCH_ALL)
  void croppingMovesAndMirrorsWithinPixelsOfZero(Layout layout) {
    Set<List<Float>> possible = new HashSet<>();
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        possible.add(input(layout, moved(down, right, false)));
        possible.add(input(layout, moved(down, right, true)));
      }
    }
    BatchEncoder encoder = new BatchEncoder(SHAPE, preprocessing(layout));
    SplittableRandom random = new SplittableRandom(4);
    Set<List<Float>> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      float[] found = new float[SHAPE.bytes()];
      encoder.encode(pixels(), new Augmentation(1, true, 0), random, found, 0);
      seen.add(boxed(found));
    }
    assertEquals(18, possible.size());
    assertEquals(possible, seen);
  }

  @ParameterizedTest
  @EnumSource(value = Layout.class, names = "N.*", mode = EnumSource.Mode.MATCH_ALL)
  void noiseMovesPixelsOfSomePicturesByWholeStepsWithinTheBound(Layout layout) {
    int bound = 3;
    float[][] steps = new float[3][];
    for (int c = 0; c < 3; c++) {
      steps[c] = preprocessing(layout).table(c);
    }
    float[] plain = new float[SHAPE.bytes()];
    preprocessing(layout).toInput(new Picture(SHAPE, pixels()), plain, 0);
    BatchEncoder encoder = new BatchEncoder(SHAPE, preprocessing(layout));
    SplittableRandom random = new SplittableRandom(4);
    Set<Integer> moves = new HashSet<>();
    int untouched = 0;
    for (int i = 0; i < 200; i++) {
      float[] found = new float[SHAPE.bytes()];
      encoder.encode(pixels(), Augmentation.NONE.withNoise(bound), random, found, 0);
      untouched += java.util.Arrays.equals(found, plain) ? 1 : 0;
      for (int j = 0; j < found.length; j++) {
        float[] table = steps[layout == Layout.NHWC ? j % 3 : j / 20];
        int to = java.util.Arrays.binarySearch(table, found[j]);
        int from = java.util.Arrays.binarySearch(table, plain[j]);
        assertTrue(to >= 0 && Math.abs(to - from) <= bound, to + " after " + from);
        moves.add(to - from);
      }
    }
    assertEquals(Set.of(-3, -2, -1, 0, 1, 2, 3), moves);
    // A fair coin falls so 200 times but once in ten million.
    assertTrue(untouched > 62 && untouched < 138, untouched + " untouched");
  }

  private static byte[] moved(int down, int right, boolean mirrored) {
    byte[] from = pixels();
    byte[] to = new byte[from.length];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 5; x++) {
          int toY = y + down;
          int toX = (mirrored ? 4 - x : x) + right;
          if (toY >= 0 && toY < 4 && toX >= 0 && toX < 5) {
            to[(c * 4 + toY) * 5 + toX] = from[(c * 4 + y) * 5 + x];
          }
        }
      }
    }
    return to;
  }

  private static List<Float> input(Layout layout, byte[] pixels) {
    float[] input = new float[SHAPE.bytes()];
    preprocessing(layout).toInput(new Picture(SHAPE, pixels), input, 0);
    return boxed(input);
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new java.util.ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
