package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortionedDataTest {
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0f), List.of(1f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  /** Pictures of one pixel that are told apart by their labels. */
  private record Numbered(int first, int size) implements Dataset {
    @Override
    public PictureShape shape() {
      return new PictureShape(1, 1, 1);
    }

    @Override
    public Picture picture(int index) {
      return new Picture(shape(), new byte[] {(byte) (first + index)});
    }

    @Override
    public int label(int index) {
      return first + index;
    }

    @Override
    public String name(int index) {
      return Integer.toString(first + index);
    }

    @Override
    public List<String> classNames() {
      return IntStream.range(0, 100).mapToObj(Integer::toString).toList();
    }
  }

  private static Portion portion(int first, int size, double share) {
    return new Portion(new TrainingPart(new Numbered(first, size), Augmentation.NONE), share);
  }

  private static List<BatchSource.Batch> epoch(PortionedData data, SplittableRandom random) {
    data.shuffle(random);
    return IntStream.range(0, data.batches()).mapToObj(b -> data.batch(b, random)).toList();
  }

  @Test
  void everyBatchHoldsTheSharesAndAnEpochSeesTheFirstPartOnce() {
    PortionedData data =
        new PortionedData(
            List.of(portion(0, 20, 0.5), portion(50, 3, 0.2), portion(60, 9, 0.3)),
            PREPROCESSING,
            10);
    SplittableRandom random = new SplittableRandom(1);
    List<Integer> ofFirst = new ArrayList<>();
    int[] ofSecond = new int[3];
    List<BatchSource.Batch> batches = epoch(data, random);
    assertEquals(4, batches.size());
    assertEquals(40, data.size());
    for (BatchSource.Batch batch : batches) {
      assertArrayEquals(new long[] {10, 1, 1, 1}, batch.dims());
      int[] counts = new int[3];
      for (int i = 0; i < 10; i++) {
        int label = batch.labels()[i];
        assertEquals(label / 255f, batch.input()[i], 1e-7, "picture and label go together");
        counts[label < 50 ? 0 : label < 60 ? 1 : 2]++;
        if (label < 50) {
          ofFirst.add(label);
        } else if (label < 60) {
          ofSecond[label - 50]++;
        }
      }
      assertArrayEquals(new int[] {5, 2, 3}, counts);
    }
    assertEquals(IntStream.range(0, 20).boxed().toList(), ofFirst.stream().sorted().toList());
    // Eight drawn of three: each comes again only when all have come.
    for (int count : ofSecond) {
      assertTrue(count == 2 || count == 3, Arrays.toString(ofSecond));
    }
  }

  @Test
  void theSameRandomSeedDrawsTheSame() {
    List<List<Integer>> drawn = new ArrayList<>();
    for (int again = 0; again < 2; again++) {
      PortionedData data =
          new PortionedData(List.of(portion(0, 20, 0.5), portion(50, 30, 0.5)), PREPROCESSING, 8);
      List<Integer> labels = new ArrayList<>();
      epoch(data, new SplittableRandom(7))
          .forEach(batch -> IntStream.of(batch.labels()).forEach(labels::add));
      drawn.add(labels);
    }
    assertEquals(drawn.get(0), drawn.get(1));
  }

  @Test
  void aBatchWithoutRoomForTheTrainingDataIsRefused() {
    Refusal.says(
        () ->
            new PortionedData(List.of(portion(0, 20, 0.1), portion(50, 30, 0.9)), PREPROCESSING, 4),
        "batch of 4",
        "larger batch");
  }
}
