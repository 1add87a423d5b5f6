package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All files are written byte by byte, after the description of the format. */
class IdxDataTest {
  // Two pictures of 2 rows and 3 columns.
  private static final byte[] TRAIN =
      bytes("00000803 00000002 00000002 00000003 000102030405 fafbfcfdfeff");
  private static final byte[] TRAIN_LABELS = bytes("00000801 00000002 09 00");
  private static final byte[] TEST = bytes("00000803 00000001 00000002 00000003 0a0b0c0d0e0f");
  private static final byte[] TEST_LABELS = bytes("00000801 00000001 05");

  @TempDir Path folder;

  @BeforeEach
  void writeBothSplits() throws IOException {
    write("train-images-idx3-ubyte.gz", gzip(TRAIN));
    write("train-labels-idx1-ubyte.gz", gzip(TRAIN_LABELS));
    write("t10k-images-idx3-ubyte", TEST);
    write("t10k-labels-idx1-ubyte", TEST_LABELS);
  }

  @Test
  void aSplitHasItsPicturesAndLabels() {
    Dataset train = Datasets.open(folder, Split.TRAIN, null);
    assertEquals(2, train.size());
    assertEquals(new PictureShape(1, 2, 3), train.shape());
    assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5}, train.picture(0).pixels());
    assertArrayEquals(new byte[] {-6, -5, -4, -3, -2, -1}, train.picture(1).pixels());
    assertEquals(9, train.label(0));
    assertEquals(0, train.label(1));
    assertEquals("1", train.name(1));
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), train.classNames());
    assertEquals(5, Datasets.open(folder, Split.TEST, null).label(0));
  }

  @Test
  void namesMayHaveADotBeforeTheDimensions() throws IOException {
    for (String name : List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
      Files.move(folder.resolve(name), folder.resolve(name.replace("-idx", ".idx")));
    }
    assertEquals(5, Datasets.open(folder, Split.TEST, null).label(0));
    assertEquals(5, Datasets.open(folder.resolve("t10k-images.idx3-ubyte"), null, null).label(0));
    Files.move(folder.resolve("t10k-labels.idx1-ubyte"), folder.resolve("t10k-labels-idx1-ubyte"));
    assertEquals(5, Datasets.open(folder.resolve("t10k-images.idx3-ubyte"), null, null).label(0));
  }

  @Test
  void theWholeIsTrainAndThenTest() {
    Dataset whole = Datasets.open(folder, null, null);
    assertEquals(3, whole.size());
    assertEquals(9, whole.label(0));
    assertEquals(5, whole.label(2));
    assertEquals(10, whole.picture(2).pixels()[0]);
    Dataset range = Datasets.open(folder, null, Range.parse("1:3"));
    assertEquals(0, range.label(0));
    assertEquals(5, range.label(1));
  }

  @Test
  void aFileOfPicturesFindsItsLabelsBesideIt() {
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    assertEquals(2, Datasets.open(file, null, null).size());
    assertEquals(2, Datasets.open(file, Split.TRAIN, null).size());
    Refusal.says(() -> Datasets.open(file, Split.TEST, null), "train-images", "split 'test'");
  }

  @Test
  void gzipIsSeenInTheContentAndNotInTheName() throws IOException {
    write("t10k-images-idx3-ubyte", gzip(TEST));
    assertEquals(1, Datasets.open(folder, Split.TEST, null).size());
  }

  @Test
  void classesTxtNamesTheClasses() throws IOException {
    Files.writeString(folder.resolve("classes.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nshoe\n\n");
    Dataset data = Datasets.open(folder, Split.TRAIN, null);
    assertEquals("shoe", data.classNames().get(data.label(0)));
    Files.writeString(folder.resolve("classes.txt"), "a\n\nb\n");
    Refusal.says(() -> Datasets.open(folder, null, null), "classes.txt", "one name on each");
  }

  @Test
  void picturesOfThreeChannelsHaveFourDimensions() throws IOException {
    write("train-images-idx4-ubyte", bytes("00000804 00000001 00000003 00000001 00000001 010203"));
    write("train-labels-idx1-ubyte", bytes("00000801 00000001 00"));
    Dataset data = Datasets.open(folder.resolve("train-images-idx4-ubyte"), null, null);
    assertEquals(new Picture(new PictureShape(3, 1, 1), new byte[] {1, 2, 3}), data.picture(0));
  }

  @Test
  void aWrongMagicIsRefused() throws IOException {
    write("t10k-images-idx3-ubyte", bytes("00000D03 00000001 00000002 00000003 0a0b0c0d0e0f"));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "00000d03", "expected 00000803");
    write("t10k-images-idx3-ubyte", TEST_LABELS);
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "00000801", "expected 00000803");
    write("t10k-images-idx3-ubyte", TEST);
    write("t10k-labels-idx1-ubyte", TEST);
    Refusal.says(this::openTest, "t10k-labels-idx1-ubyte", "00000803", "expected 00000801");
  }

  @Test
  void aFileCutOffAnywhereIsRefused() throws IOException {
    for (int length = 0; length < TEST.length; length++) {
      write("t10k-images-idx3-ubyte", Arrays.copyOf(TEST, length));
      Refusal.says(this::openTest, "t10k-images-idx3-ubyte is cut off");
    }
    write("t10k-images-idx3-ubyte", TEST);
    for (int length = 0; length < TEST_LABELS.length; length++) {
      write("t10k-labels-idx1-ubyte", Arrays.copyOf(TEST_LABELS, length));
      Refusal.says(this::openTest, "t10k-labels-idx1-ubyte is cut off");
    }
  }

  @Test
  void aGzipCutOffOrDamagedIsRefused() throws IOException {
    byte[] whole = gzip(TEST);
    for (int length = 2; length < whole.length; length++) {
      write("t10k-images-idx3-ubyte", Arrays.copyOf(whole, length));
      Refusal.says(this::openTest, "t10k-images-idx3-ubyte is cut off");
    }
    whole[whole.length - 6] ^= 1;
    write("t10k-images-idx3-ubyte", whole);
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte cannot be read as an IDX file");
  }

  @Test
  void aFileThatGoesOnAfterItsEndIsRefused() throws IOException {
    write("t10k-images-idx3-ubyte", Arrays.copyOf(TEST, TEST.length + 1));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "more than the 6 bytes");
  }

  @Test
  void aHeaderThatClaimsTooMuchIsRefusedWithoutAllocatingIt() throws IOException {
    write("t10k-images-idx3-ubyte", bytes("00000803 7fffffff 7fffffff 7fffffff"));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "expected at most");
    write("t10k-images-idx3-ubyte", bytes("00000803 00100000 00000010 00000010 00"));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "holds 1 of the 268435456");
    write("t10k-images-idx3-ubyte", bytes("00000803 ffffffff 00000010 00000010 00"));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "dimension of 4294967295");
    write("t10k-images-idx3-ubyte", bytes("00000803 00000000 00000010 00000010"));
    Refusal.says(this::openTest, "t10k-images-idx3-ubyte", "dimension of 0");
  }

  @Test
  void anotherNumberOfLabelsThanPicturesIsRefused() throws IOException {
    write("t10k-labels-idx1-ubyte", TRAIN_LABELS);
    Refusal.says(this::openTest, "t10k-labels-idx1-ubyte", "2 labels for the 1 pictures");
  }

  @Test
  void missingLabelsAreRefused() throws IOException {
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    Refusal.says(
        this::openTest, "t10k-images-idx3-ubyte has no labels", "expected t10k-labels-idx1-ubyte");
    write("digits-ubyte", TEST);
    Refusal.says(
        () -> Datasets.open(folder.resolve("digits-ubyte"), null, null),
        "digits-ubyte has no labels");
  }

  @Test
  void aLabelOutsideTheClassesIsRefused() throws IOException {
    write("t10k-labels-idx1-ubyte", bytes("00000801 00000001 0a"));
    Refusal.says(this::openTest, "t10k-labels-idx1-ubyte", "label 10", "expected 0 to 9");
  }

  @Test
  void aSplitThatIsNotThereIsRefused() throws IOException {
    Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
    Refusal.says(this::openTest, folder.toString(), "no split 'test'", "t10k-images-idx3-ubyte");
    assertEquals(2, Datasets.open(folder, null, null).size());
  }

  @Test
  void aRangePastTheDataIsRefused() {
    Refusal.says(
        () -> Datasets.open(folder, Split.TRAIN, Range.parse("0:3")),
        "range 0:3 reaches past the 2 pictures of " + folder);
  }

  @Test
  void splitsOfDifferentSizeAreNoWhole() throws IOException {
    write("t10k-images-idx3-ubyte", bytes("00000803 00000001 00000001 00000001 0a"));
    Refusal.says(
        () -> Datasets.open(folder, null, null), folder.toString(), "1x2x3", "1x1x1", "one size");
  }

  private void openTest() {
    Datasets.open(folder, Split.TEST, null);
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }
}
