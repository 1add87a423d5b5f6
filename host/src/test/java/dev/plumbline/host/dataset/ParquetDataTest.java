package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Refusal;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files that pyarrow wrote ({@code datasets/README.md}). */
class ParquetDataTest {
  @TempDir Path temp;

  @Test
  void shardsAreReadInOrderWithTheNamesOfTheirClasses() throws Exception {
    Dataset train = Datasets.open(data("parquet/data"), Split.TRAIN, null);
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), firstPixels(train));
    assertEquals(List.of(0, 1, 2, 0, 1, 2, 0, 1), labels(train));
    assertEquals(List.of("cat", "dog", "emu"), train.classNames());
    assertEquals(new PictureShape(3, 3, 4), train.shape());
    Dataset test = Datasets.open(data("parquet/data"), Split.TEST, null);
    assertEquals(List.of(20, 21), firstPixels(test));
    assertEquals(10, Datasets.open(data("parquet/data"), null, null).size());
    Dataset range = Datasets.open(data("parquet/data"), Split.TRAIN, Range.of(4, 6));
    assertEquals(List.of(4, 5), firstPixels(range));
  }

  @Test
  void aFileAloneAndPagesOfVersion2AreRead() throws Exception {
    Dataset file = Datasets.open(data("parquet/none.parquet"), null, null);
    assertEquals(List.of(0, 1, 2), firstPixels(file));
    assertEquals(List.of(0, 1, 2), labels(file));
  }

  @Test
  void aColumnOfBytesWithNamesAsLabelsIsRead() throws Exception {
    Dataset plain = Datasets.open(data("parquet/plain.parquet"), null, null);
    assertEquals(List.of("a", "b"), plain.classNames());
    assertEquals(List.of(1, 0), labels(plain));
    assertEquals(List.of(7, 8), firstPixels(plain));
  }

  @Test
  void withoutLabelsNoneAreRead() throws Exception {
    LabelRules none = new LabelRules(true, null, null, 0);
    DataRequest request =
        new DataRequest(data("parquet/plain.parquet"), null, null, none, null, false);
    assertFalse(Datasets.open(request, Geometry.none()).pictures().isLabelled());
  }

  @Test
  void aFileWithoutPicturesSaysItsColumns() throws Exception {
    Path numbers = data("parquet/numbers.parquet");
    Refusal.says(() -> Datasets.open(numbers, null, null), "numbers.parquet", "[x]", "'bytes'");
    Path text = Files.writeString(temp.resolve("text.parquet"), "no parquet file at all");
    Refusal.says(() -> Datasets.open(text, null, null), "text.parquet", "Parquet");
  }

  @Test
  void aDamagedFileIsReadOrRefusedAndNoFault() throws Exception {
    byte[] whole = Files.readAllBytes(data("parquet/data/train-00000-of-00002.parquet"));
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 4; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(temp.resolve("damaged.parquet"), damaged);
      try {
        Datasets.open(file, null, null);
      } catch (BadInputException e) {
        Refusal.isInPlainWords(e.getMessage());
      }
    }
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }

  private static List<Integer> firstPixels(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> (int) data.picture(i).pixels()[0])
        .toList();
  }

  private static Path data(String name) throws URISyntaxException {
    return Path.of(ParquetDataTest.class.getResource("/datasets/" + name).toURI());
  }
}
