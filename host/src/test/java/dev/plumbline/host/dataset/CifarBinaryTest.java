package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarBinaryTest {
  @TempDir Path folder;

  @Test
  void aBatchHoldsALabelAndThreePlanesPerPicture() throws IOException {
    Path file = Files.write(folder.resolve("data_batch_1.bin"), records(3, 7));
    Dataset data = Datasets.open(file, null, null);
    assertEquals(2, data.size());
    assertEquals(new PictureShape(3, 32, 32), data.shape());
    assertEquals(3, data.label(0));
    assertEquals(7, data.label(1));
    byte[] second = data.picture(1).pixels();
    // As records() writes it: red 17, green 27, blue 37, and the last blue pixel 99.
    assertEquals(17, second[0]);
    assertEquals(17, second[1023]);
    assertEquals(27, second[1024]);
    assertEquals(37, second[2048]);
    assertEquals(99, second[3071]);
  }

  @Test
  void splitsFollowFromTheNamesOfTheBatches() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), records(1, 2));
    Files.write(folder.resolve("data_batch_2.bin"), records(3));
    Files.write(folder.resolve("test_batch.bin"), records(4));
    Files.writeString(
        folder.resolve("batches.meta.txt"),
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
    Dataset train = Datasets.open(folder, Split.TRAIN, null);
    assertEquals(3, train.size());
    assertEquals(3, train.label(2));
    assertEquals(13, train.picture(2).pixels()[0]);
    assertEquals("cat", train.classNames().get(3));
    assertEquals(4, Datasets.open(folder, Split.TEST, null).label(0));
    assertEquals(4, Datasets.open(folder, null, null).size());
    assertEquals(3, Datasets.open(folder, null, Range.parse("2:")).label(0));
  }

  @Test
  void anotherSizeIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("data_batch_1.bin"), new byte[3074]);
    Refusal.says(
        () -> Datasets.open(file, null, null),
        "data_batch_1.bin",
        "3074 bytes",
        "multiple",
        "3073");
    Files.write(file, new byte[0]);
    Refusal.says(() -> Datasets.open(folder, null, null), "data_batch_1.bin", "its 0 bytes");
  }

  @Test
  void aLabelAboveNineIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("test_batch.bin"), records(0, 10));
    Refusal.says(
        () -> Datasets.open(file, null, null), "test_batch.bin", "picture 1", "label 10", "0 to 9");
  }

  @Test
  void aMissingSplitOrBatchIsRefused() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), records(0));
    Refusal.says(
        () -> Datasets.open(folder, Split.TEST, null), "no split 'test'", "test_batch.bin");
    Files.write(folder.resolve("data_batch_3.bin"), records(0));
    Refusal.says(
        () -> Datasets.open(folder, Split.TRAIN, null),
        "holds data_batch_3.bin but not data_batch_2.bin");
    Refusal.says(
        () -> Datasets.open(folder.resolve("data_batch_1.bin"), Split.TEST, null),
        "data_batch_1.bin",
        "split 'test'");
  }

  @Test
  void anotherNumberOfNamesThanTenIsRefused() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), records(0));
    Files.writeString(folder.resolve("batches.meta.txt"), "one\ntwo\n");
    Refusal.says(
        () -> Datasets.open(folder, null, null), "batches.meta.txt names 2", "expected 10");
  }

  private static byte[] records(int... labels) {
    byte[] records = new byte[labels.length * 3073];
    for (int i = 0; i < labels.length; i++) {
      int at = i * 3073;
      records[at] = (byte) labels[i];
      for (int p = 0; p < 1024; p++) {
        records[at + 1 + p] = (byte) (10 + labels[i]);
        records[at + 1 + 1024 + p] = (byte) (20 + labels[i]);
        records[at + 1 + 2048 + p] = (byte) (30 + labels[i]);
      }
      records[at + 3072] = 99;
    }
    return records;
  }
}
