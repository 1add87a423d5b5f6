package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassFoldersTest {
  @TempDir Path temp;

  // Path in the folder or zip -> content; a path that ends in "/" is a folder.
  private final Map<String, byte[]> files = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void picturesAreOrderedByFileNameAndThenByClass(boolean zip) throws IOException {
    picture("shoe/001.png", 1);
    picture("bag/002.png", 2);
    picture("shoe/000.PNG", 3);
    picture("bag/000.png", 4);
    picture("bag/001.png", 5);
    files.put("bag/notes.txt", new byte[] {'x'});
    files.put("bag/.hidden.png", new byte[] {'x'});
    files.put("__MACOSX/bag/001.png", new byte[] {'x'});
    files.put(".git/000.png", new byte[] {'x'});
    files.put("README.md", new byte[] {'x'});
    Dataset data = Datasets.open(write(zip), null, null);
    assertEquals(List.of("bag", "shoe"), data.classNames());
    assertEquals(
        List.of("shoe/000.PNG", "bag/000.png", "bag/001.png", "shoe/001.png", "bag/002.png"),
        names(data));
    assertEquals(List.of(3, 4, 5, 1, 2), firstPixels(data));
    assertEquals(List.of(1, 0, 0, 1, 0), labels(data));
    assertEquals(new PictureShape(1, 2, 3), data.shape());
    Dataset range = Datasets.open(write(zip), null, Range.parse("1:3"));
    assertEquals(List.of(4, 5), firstPixels(range));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClassHasTheSameLabelInBothSplits(boolean zip) throws IOException {
    picture("train/a/1.png", 1);
    picture("train/b/1.png", 2);
    picture("train/c/1.png", 3);
    picture("test/c/1.png", 4);
    picture("test/a/2.png", 5);
    Path data = write(zip);
    Dataset test = Datasets.open(data, Split.TEST, null);
    assertEquals(List.of("a", "b", "c"), test.classNames());
    assertEquals(List.of(2, 0), labels(test));
    assertEquals(List.of(1, 2, 3), firstPixels(Datasets.open(data, Split.TRAIN, null)));
    assertEquals(List.of(1, 2, 3, 4, 5), firstPixels(Datasets.open(data, null, null)));
  }

  @Test
  void aZipMayHaveOneExtraFolderAtTheTop() throws IOException {
    files.put("pictures/", null);
    picture("pictures/a/1.png", 1);
    picture("pictures/b/1.png", 2);
    files.put("__MACOSX/pictures/a/._1.png", new byte[] {'x'});
    Dataset data = Datasets.open(write(true), null, null);
    assertEquals(List.of("a", "b"), data.classNames());
    assertEquals(List.of("a/1.png", "b/1.png"), names(data));
    files.clear();
    picture("pictures/train/a/1.png", 1);
    picture("pictures/test/a/1.png", 2);
    assertEquals(List.of(2), firstPixels(Datasets.open(write(true), Split.TEST, null)));
  }

  @Test
  void aZipOfOneSplitOrOneClassLosesNoFolder() throws IOException {
    picture("train/a/1.png", 1);
    assertEquals(List.of(1), firstPixels(Datasets.open(write(true), Split.TRAIN, null)));
    files.clear();
    picture("a/1.png", 1);
    assertEquals(List.of("a"), Datasets.open(write(true), null, null).classNames());
  }

  @Test
  void aFolderNamedLikeASplitThatHoldsPicturesIsAClass() throws IOException {
    picture("test/1.png", 1);
    picture("train/1.png", 2);
    assertEquals(List.of("test", "train"), Datasets.open(write(false), null, null).classNames());
  }

  @Test
  void aFolderTooBigForMemoryIsReadPictureByPicture() throws IOException {
    picture("a/1.png", 1);
    picture("a/2.png", 2);
    files.put("a/3.png", RawPng.grey(9, 9, 0));
    Path folder = write(false);
    Dataset data = open(new FolderSource(folder), null, 6, true);
    assertEquals(3, data.size());
    assertEquals(2, data.picture(1).pixels()[0]);
    Refusal.says(() -> data.picture(2), "a/3.png", "1x9x9", "1x2x3");
    try (ZipSource zip = new ZipSource(write(true))) {
      Refusal.says(() -> open(zip, null, 6, false), ".zip", "18 bytes", "unpack it");
      assertEquals(1, open(zip, Range.of(1, 2), 6, false).size());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPictureOfAnotherSizeIsRefused(boolean zip) throws IOException {
    picture("a/1.png", 1);
    files.put("b/2.png", RawPng.grey(4, 4, 0));
    Path data = write(zip);
    Refusal.says(
        () -> Datasets.open(data, null, null), data + "/b/2.png", "1x4x4", "1x2x3", "one size");
  }

  @Test
  void theFirstBadPictureIsNamedWhicheverThreadMeetsOneFirst() throws IOException {
    for (int i = 0; i < 100; i++) {
      files.put(String.format("a/%03d.png", i), i < 20 ? RawPng.grey(3, 2, 0) : new byte[] {'x'});
    }
    Path folder = write(false);
    for (int i = 0; i < 10; i++) {
      Refusal.says(() -> Datasets.open(folder, null, null), "a/020.png is not a picture");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTextFileNamedPngIsRefused(boolean zip) throws IOException {
    files.put("a/text.png", "hello, world".getBytes());
    Path data = write(zip);
    Refusal.says(
        () -> Datasets.open(data, null, null), data + "/a/text.png is not a picture", "68 65 6c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void emptyDataIsRefused(boolean zip) throws IOException {
    Path data = write(zip);
    Refusal.says(() -> Datasets.open(data, null, null), data + " holds no picture", "CLASS/*.png");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void picturesWithoutClassFoldersAreRefused(boolean zip) throws IOException {
    picture("1.png", 1);
    picture("2.png", 1);
    Path data = write(zip);
    Refusal.says(
        () -> Datasets.open(data, null, null), data + " holds 2 pictures but no class folders");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClassWithoutPicturesIsRefusedAsLabelsWouldShift(boolean zip) throws IOException {
    picture("b/1.png", 1);
    files.put("a/", null);
    Path data = write(zip);
    Refusal.says(() -> Datasets.open(data, null, null), data.toString(), "folder 'a'");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSplitThatIsNotThereIsRefused(boolean zip) throws IOException {
    picture("a/1.png", 1);
    Path without = write(zip);
    Refusal.says(
        () -> Datasets.open(without, Split.TRAIN, null), without + " has no split 'train'");
    files.clear();
    picture("train/a/1.png", 1);
    Path trainOnly = write(zip);
    Refusal.says(
        () -> Datasets.open(trainOnly, Split.TEST, null), trainOnly + " has no split 'test'");
  }

  @Test
  void aRangePastTheDataIsRefused() throws IOException {
    picture("a/1.png", 1);
    Path data = write(false);
    Refusal.says(() -> Datasets.open(data, null, Range.of(0, 2)), "range 0:2", "1 pictures");
  }

  @Test
  void aZipCutOffOrDamagedIsRefused() throws IOException {
    picture("a/1.png", 1);
    Path zip = write(true);
    byte[] whole = Files.readAllBytes(zip);
    byte[] cut = Arrays.copyOf(whole, whole.length - 10);
    Files.write(zip, cut);
    Refusal.says(() -> Datasets.open(zip, null, null), zip + " cannot be read as a zip file");
    Files.writeString(zip, "text");
    Refusal.says(() -> Datasets.open(zip, null, null), zip + " cannot be read as a zip file");
    // The deflated data begins after the local header of 30 bytes and the name.
    whole[30 + "a/1.png".length()] = 7;
    Files.write(zip, whole);
    Refusal.says(() -> Datasets.open(zip, null, null), zip.toString(), "a/1.png", "damaged zip");
  }

  @Test
  void aPathThatIsNotThereOrNoDataIsRefused() throws IOException {
    Path none = temp.resolve("none");
    Refusal.says(() -> Datasets.open(none, null, null), none + " does not exist", "expected");
    Path text = Files.writeString(temp.resolve("data.dat"), "1,2,3");
    Refusal.says(() -> Datasets.open(text, null, null), "data.dat", "31 2c 32", "expected");
  }

  private static Dataset open(PictureSource source, Range range, long mostBytes, boolean lazily) {
    DataRequest request =
        new DataRequest(Path.of(source.name()), null, range, LabelRules.own(), null, false);
    return EncodedDataset.open(
            source, ClassFolders.in(source, null), request, Geometry.none(), mostBytes, lazily)
        .pictures();
  }

  private void picture(String path, int value) throws IOException {
    files.put(path, RawPng.grey(3, 2, value));
  }

  private Path write(boolean zip) throws IOException {
    if (zip) {
      Path file = Files.createTempFile(temp, "data", ".zip");
      try (OutputStream out = Files.newOutputStream(file);
          ZipOutputStream entries = new ZipOutputStream(out)) {
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
          entries.putNextEntry(new ZipEntry(each.getKey()));
          if (each.getValue() != null) {
            entries.write(each.getValue());
          }
          entries.closeEntry();
        }
      }
      return file;
    }
    Path folder = Files.createTempDirectory(temp, "data");
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Path path = folder.resolve(each.getKey());
      if (each.getValue() == null) {
        Files.createDirectories(path);
      } else {
        Files.createDirectories(path.getParent());
        Files.write(path, each.getValue());
      }
    }
    return folder;
  }

  private static List<String> names(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }

  private static List<Integer> firstPixels(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> (int) data.picture(i).pixels()[0])
        .toList();
  }
}
