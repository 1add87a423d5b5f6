package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.Refusal;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitAndRangeTest {

  @Test
  void aSplitIsCalledTrainOrTest() {
    assertEquals(Split.TRAIN, Split.parse("train"));
    assertEquals(Split.TEST, Split.parse("test"));
    Refusal.says(() -> Split.parse("validation"), "'validation'", "expected train or test");
  }

  @Test
  void eitherEndOfARangeMayBeLeftOut() {
    assertEquals(Range.of(3, 8), Range.parse("3:8"));
    assertEquals(Range.of(0, 8), Range.parse(":8"));
    assertEquals(new Range(3, OptionalInt.empty()), Range.parse("3:"));
    assertEquals(new Range(0, OptionalInt.empty()), Range.parse(":"));
    assertEquals("3:8", Range.parse("3:8").toString());
    assertEquals("3:", Range.parse("3:").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "a:b", "-1:5", "1:2:3", "1 : 2", "99999999999:"})
  void anotherFormOfRangeIsRefused(String text) {
    Refusal.says(() -> Range.parse(text), "range '" + text + "'", "expected FROM:TO");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5:5", "8:3", ":0"})
  void aRangeWithoutPicturesIsRefused(String text) {
    Refusal.says(() -> Range.parse(text), "range '" + text + "'", "FROM below TO");
  }

  @Test
  void aViewNumbersItsPicturesFromZero() {
    Dataset data = numbered(10);
    Dataset view = Datasets.range(data, Range.parse("4:7"));
    assertEquals(3, view.size());
    assertEquals(4, view.picture(0).pixels()[0]);
    assertEquals(6, view.picture(2).pixels()[0]);
    assertEquals(1, view.label(1));
    assertEquals("5", view.name(1));
    assertEquals(data.classNames(), view.classNames());
    assertEquals(data.shape(), view.shape());
    assertThrows(IndexOutOfBoundsException.class, () -> view.picture(3));
    assertThrows(IndexOutOfBoundsException.class, () -> view.label(-1));
    assertEquals(6, Datasets.range(data, Range.parse("4:")).size());
    assertEquals(10, Datasets.range(data, Range.parse(":10")).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0:11", "10:", "9999999999:", "4:9999999999"})
  void aRangePastTheDataIsRefused(String text) {
    Refusal.says(() -> Datasets.range(numbered(10), Range.parse(text)), "range", "10 pictures");
  }

  /** Picture i has the one pixel i and the label i mod 2. */
  static Dataset numbered(int size) {
    byte[] pixels = new byte[size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      pixels[i] = (byte) i;
      labels[i] = i % 2;
    }
    return new MemoryDataset(
        new PictureShape(1, 1, 1), pixels, labels, String::valueOf, List.of("even", "odd"));
  }
}
