package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data as users have it by mistake: each is read as it is meant, or refused with what to do. */
class OddDataTest {
  @TempDir Path temp;

  @Test
  void foldersOfSplitsMayBeginWithACapital() throws IOException {
    picture("Train/cat/1.png");
    picture("Test/dog/2.png");
    Dataset test = Datasets.open(temp, Split.TEST, null);
    assertEquals(List.of("cat", "dog"), test.classNames());
    assertEquals(List.of(1), labels(test));
    assertEquals(List.of(0, 1), labels(Datasets.open(temp, null, null)));
  }

  @Test
  void metadataInSuchAFolderIsRead() throws IOException {
    picture("Test/2.png");
    Files.writeString(
        temp.resolve("Test/metadata.jsonl"), "{\"file_name\": \"2.png\", \"label\": 3}");
    assertEquals(List.of(3), labels(Datasets.open(temp, Split.TEST, null)));
  }

  @Test
  void foldersAndFilesMayHaveBlanksOtherLettersAndCapitals() throws IOException {
    picture("my photos/\u732b/\u00e9 1.PNG");
    picture("na\u00efve/deep/deeper/2.png");
    Dataset data = Datasets.open(temp, null, null);
    assertEquals(List.of("my photos", "na\u00efve"), data.classNames());
    assertEquals("my photos/\u732b/\u00e9 1.PNG", data.name(1));
    assertEquals(List.of(1, 0), labels(data));
  }

  @Test
  void aListOfWindowsHasItsPathsFromItsFolderOn() throws IOException {
    picture("a b/1.png");
    Path list = Files.writeString(temp.resolve("l.csv"), "file,label\r\na b\\1.png,4\r\n");
    assertEquals(List.of(4), labels(Datasets.open(list, null, null)));
    Files.writeString(list, "file,label\r\nC:\\data\\1.png,4\r\n");
    Refusal.says(
        () -> Datasets.open(list, null, null),
        "C:/data/1.png",
        "an absolute path of Windows",
        "--list-root");
  }

  @Test
  void labelsOfJsonMayBeWholeNumbersWithAPoint() throws IOException {
    picture("1.png");
    Path list = temp.resolve("l.jsonl");
    Files.writeString(list, "{\"file_name\": \"1.png\", \"label\": 2.0}");
    assertEquals(List.of(2), labels(Datasets.open(list, null, null)));
    Files.writeString(list, "{\"file_name\": \"1.png\", \"label\": 1.5}");
    Refusal.says(() -> Datasets.open(list, null, null), "label 1.5", "whole numbers");
    Files.writeString(list, "{\"file_name\": \"1.png\", \"label\": [1]}");
    Refusal.says(() -> Datasets.open(list, null, null), "array", "one whole number or one name");
  }

  @ParameterizedTest
  @CsvSource({"a.tar", "a.tar.gz", "a.tgz", "a.7z"})
  void anArchiveOfAnotherKindIsToBeUnpacked(String name) throws IOException {
    Path archive = Files.writeString(temp.resolve(name), "an archive");
    Refusal.says(() -> Datasets.open(archive, null, null), name, "unpacks");
  }

  @Test
  void aZipWithAPasswordSaysThatItIsEncrypted() throws IOException {
    byte[] zip = zip();
    for (int i = 0; i + 10 < zip.length; i++) {
      // The flag in the headers of the entry and of the directory.
      if (zip[i] == 'P' && zip[i + 1] == 'K' && (zip[i + 2] == 3 || zip[i + 2] == 1)) {
        zip[i + (zip[i + 2] == 3 ? 6 : 8)] |= 1;
      }
    }
    Path file = Files.write(temp.resolve("a.zip"), zip);
    Refusal.says(() -> Datasets.open(file, null, null), "a.zip", "it is encrypted");
  }

  @Test
  void aZipThatIsCutOffSaysSo() throws IOException {
    byte[] zip = zip();
    Path file = Files.write(temp.resolve("a.zip"), Arrays.copyOf(zip, zip.length - 30));
    Refusal.says(() -> Datasets.open(file, null, null), "a.zip", "its end is missing", "cut off");
  }

  @Test
  void anEntryOfAZipThatCannotBeUnpackedIsNamed() throws IOException {
    byte[] zip = zip();
    // The first block of a kind that deflate does not have, behind the 30 bytes of the header.
    zip[30 + "cat/1.png".length()] = 7;
    Path file = Files.write(temp.resolve("a.zip"), zip);
    Refusal.says(
        () -> Datasets.open(file, null, null), "a.zip", "cat/1.png", "its content makes no sense");
  }

  @ParameterizedTest
  @CsvSource({
    "no-picture, has no bytes in row 1 of 'image', --skip-broken",
    "no-label, has no label for 1 of 3 pictures, --unlabelled",
    "lists, 'labels' holds lists, --unlabelled",
    "brotli, packed by brotli, snappy",
    "no-rows, has no rows, a picture in each"
  })
  void aParquetFileOfAnotherKindSaysWhatIsMissing(String name, String found, String expected)
      throws Exception {
    Path file =
        Path.of(OddDataTest.class.getResource("/datasets/odd/" + name + ".parquet").toURI());
    Refusal.says(() -> Datasets.open(file, null, null), name, found, expected);
  }

  @Test
  void aRowWithoutAPictureCountsAsBroken() throws Exception {
    Path file = Path.of(OddDataTest.class.getResource("/datasets/odd/no-picture.parquet").toURI());
    OpenedData data =
        Datasets.open(
            new DataRequest(file, null, null, LabelRules.own(), null, true), Geometry.none());
    assertEquals(List.of(0, 2), labels(data.pictures()));
    assertEquals(1, data.leftOut().broken());
  }

  @Test
  void aParquetFileThatIsCutOffSaysSo() throws Exception {
    Path whole = Path.of(OddDataTest.class.getResource("/datasets/odd/no-label.parquet").toURI());
    byte[] bytes = Files.readAllBytes(whole);
    Path file = Files.write(temp.resolve("a.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    Refusal.says(() -> Datasets.open(file, null, null), "a.parquet", "cut off");
  }

  private byte[] zip() throws IOException {
    Path file = temp.resolve("whole.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("cat/1.png"));
      out.write(RawPng.grey(30, 30, 7));
      out.closeEntry();
    }
    return Files.readAllBytes(file);
  }

  private void picture(String name) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, RawPng.grey(3, 2, 7));
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }
}
