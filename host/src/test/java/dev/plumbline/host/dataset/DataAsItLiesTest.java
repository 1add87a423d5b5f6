package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.host.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders and zips as people and strangers have them. */
class DataAsItLiesTest {
  @TempDir Path temp;

  @Test
  void whatIsNoPictureIsCountedByItsEnding() throws IOException {
    picture("ant/1.png");
    picture("bee/deep/er/2.PNG");
    picture("top.png");
    Files.writeString(temp.resolve("ant/notes.txt"), "x");
    Files.writeString(temp.resolve("ant/more.TXT"), "x");
    Files.writeString(temp.resolve("README"), "x");
    Files.writeString(temp.resolve(".hidden"), "x");
    OpenedData data = open(request());
    assertEquals(2, data.pictures().size());
    assertEquals(List.of("ant/1.png", "bee/deep/er/2.PNG"), names(data));
    assertEquals(
        new LeftOut(6, Map.of(".txt", 2, "without ending", 1, LeftOut.OUTSIDE, 1), 0),
        data.leftOut());
    assertEquals(
        "4 of 6 files were left out: .txt 2, in no class folder 1, without ending 1",
        data.leftOut().toString());
  }

  @Test
  @Timeout(20)
  void aPipeIsCountedAndNotWaitedFor() throws Exception {
    picture("ant/1.png");
    Process mkfifo = new ProcessBuilder("mkfifo", temp.resolve("ant/2.png").toString()).start();
    assertEquals(0, mkfifo.waitFor());
    OpenedData data = open(request());
    assertEquals(List.of("ant/1.png"), names(data));
    assertEquals(Map.of(LeftOut.NOT_REGULAR, 1), data.leftOut().kinds());
    Refusal.says(
        () -> open(DataRequest.of(temp.resolve("ant/2.png"))), "ant/2.png", "regular file");
  }

  @Test
  void aLinkOutOfTheFolderIsCountedAndNotFollowed() throws IOException {
    picture("data/ant/1.png");
    picture("secret.png");
    Path ant = temp.resolve("data/ant");
    Files.createSymbolicLink(ant.resolve("2.png"), temp.resolve("secret.png"));
    Files.createSymbolicLink(ant.resolve("loop"), temp.resolve("data"));
    Files.createSymbolicLink(ant.resolve("nowhere.png"), temp.resolve("none"));
    Files.createSymbolicLink(ant.resolve("3.png"), ant.resolve("1.png"));
    OpenedData data = open(DataRequest.of(temp.resolve("data")));
    assertEquals(List.of("ant/1.png", "ant/3.png"), names(data));
    assertEquals(Map.of(LeftOut.LINK, 3), data.leftOut().kinds());
  }

  @Test
  void aBrokenPictureIsNamedOrCountedAndLeftOut() throws IOException {
    picture("ant/1.png");
    Files.writeString(temp.resolve("ant/2.png"), "no picture");
    picture("bee/3.png");
    Refusal.says(() -> open(request()), "ant/2.png is not a picture");
    OpenedData data = open(new DataRequest(temp, null, null, LabelRules.own(), null, true));
    assertEquals(List.of("ant/1.png", "bee/3.png"), names(data));
    assertEquals(List.of(0, 1), labels(data));
    assertEquals(1, data.leftOut().broken());
    Files.writeString(temp.resolve("ant/1.png"), "no picture");
    Files.writeString(temp.resolve("bee/3.png"), "no picture");
    Refusal.says(
        () -> open(new DataRequest(temp, null, null, LabelRules.own(), null, true)),
        "broken pictures only");
  }

  @Test
  void aFlatFolderIsReadWithoutLabels() throws IOException {
    picture("2.png");
    picture("1.png");
    Refusal.says(() -> open(request()), "2 pictures but no class folders", "--unlabelled");
    LabelRules none = new LabelRules(true, null, null, 0);
    OpenedData data = open(new DataRequest(temp, null, null, none, null, false));
    assertEquals(List.of("1.png", "2.png"), names(data));
    assertFalse(data.pictures().isLabelled());
    assertEquals(List.of(), data.pictures().classNames());
    Refusal.says(() -> data.pictures().label(0), "without labels");
  }

  @Test
  void aValidationFolderIsTheTestSplit() throws IOException {
    picture("train/ant/1.png");
    picture("train/bee/2.png");
    picture("val/bee/3.png");
    DataRequest test = new DataRequest(temp, Split.TEST, null, LabelRules.own(), null, false);
    assertEquals(List.of("val/bee/3.png"), names(open(test)));
    assertEquals(List.of(1), labels(open(test)));
  }

  @Test
  void aZipOfOldWindowsIsRead() throws IOException {
    // Byte 0x81 is u with dots in code page 437, and no UTF-8.
    Path zip =
        zip(Charset.forName("IBM437"), "ant\\1.png", "./bee/2.png", "m\u00fccke\\tief\\3.png");
    OpenedData data = open(DataRequest.of(zip));
    assertEquals(List.of("ant", "bee", "m\u00fccke"), data.pictures().classNames());
    assertEquals(List.of("ant/1.png", "bee/2.png", "m\u00fccke/tief/3.png"), names(data));
  }

  @Test
  void aZipThatReachesOutsideOrHoldsOneNameTwiceIsRefused() throws IOException {
    for (String outside : List.of("../1.png", "ant/../../1.png", "/ant/1.png", "C:\\ant\\1.png")) {
      Path zip = zip(StandardCharsets.UTF_8, "ant/0.png", outside);
      Refusal.says(() -> open(DataRequest.of(zip)), zip.toString(), "outside");
    }
    Path twice = zip(StandardCharsets.UTF_8, "ant/1.png", "ant\\1.png");
    Refusal.says(() -> open(DataRequest.of(twice)), "twice");
  }

  @Test
  void aZipBombIsRefusedBeforeItIsUnpacked() throws IOException {
    Path zip = temp.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("ant/1.png"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        out.write(zeros);
      }
      out.closeEntry();
    }
    Refusal.says(() -> open(DataRequest.of(zip)), "bomb.zip", "bytes");
  }

  @Test
  void fewerFoldersThanClassesGoByNameSynsetOrMap() throws IOException {
    picture("cat/1.png");
    picture("n02084071/2.png");
    Path list =
        Files.writeString(temp.resolve("classes.txt"), "ant\nbee\ncat\nn02084071 dog, hound\n");
    LabelRules byName = new LabelRules(false, ClassList.read(list), null, 0);
    OpenedData data = open(new DataRequest(temp, null, null, byName, null, false));
    assertEquals(List.of(2, 3), labels(data));
    assertEquals(List.of("ant", "bee", "cat", "dog, hound"), data.pictures().classNames());
    Path map = Files.writeString(temp.resolve("map.csv"), "cat,1\nn02084071,ant\n");
    LabelRules mapped = new LabelRules(false, ClassList.read(list), LabelMap.read(map), 0);
    data = open(new DataRequest(temp, null, null, mapped, null, false));
    assertEquals(List.of(1, 0), labels(data));
    picture("zebra/3.png");
    Refusal.says(
        () -> open(new DataRequest(temp, null, null, byName, null, false)),
        "'zebra'",
        "none of the 4 classes",
        "classes.txt");
    Refusal.says(
        () -> open(new DataRequest(temp, null, null, mapped, null, false)), "'zebra'", "map.csv");
  }

  @Test
  void anOffsetMakesRoomForABackgroundClass() throws IOException {
    picture("cat/1.png");
    picture("dog/2.png");
    LabelRules shifted = new LabelRules(false, null, null, 1);
    OpenedData data = open(new DataRequest(temp, null, null, shifted, null, false));
    assertEquals(List.of(1, 2), labels(data));
    assertEquals(List.of("class 0", "cat", "dog"), data.pictures().classNames());
    LabelRules below = new LabelRules(false, null, null, -1);
    Refusal.says(
        () -> open(new DataRequest(temp, null, null, below, null, false)), "'cat'", "class -1");
  }

  @Test
  void aClassListIsReadFromTheFormsThatOthersWrite() throws IOException {
    Path file = temp.resolve("list");
    for (String text :
        List.of(
            "cat\ndog\n",
            "[\"cat\", \"dog\"]",
            "{\"0\": \"cat\", \"1\": \"dog\"}",
            "{\"cat\": 0, \"dog\": 1}",
            "{\"0\": [\"n02121808\", \"cat\"], \"1\": [\"n02084071\", \"dog\"]}",
            "{\"id2label\": {\"1\": \"dog\", \"0\": \"cat\"}, \"label2id\": {}}",
            "\ufeffn02121808 cat\r\nn02084071 dog\r\n")) {
      Files.writeString(file, text);
      ClassList list = ClassList.read(file);
      assertEquals(List.of("cat", "dog"), list.names(), text);
      assertEquals(1, list.number("dog"), text);
      assertEquals(text.contains("n02121808") ? 0 : -1, list.number("n02121808"), text);
    }
    Files.writeString(file, "{\"0\": \"cat\", \"2\": \"dog\"}");
    Refusal.says(() -> ClassList.read(file), "class 2 but not class 1");
    Files.writeString(file, "[");
    Refusal.says(() -> ClassList.read(file), "no JSON");
    Files.writeString(file, "n02012849 crane\nn03126707 crane\n");
    Refusal.says(() -> ClassList.read(file).number("crane"), "several classes 'crane'");
    Files.write(file, new byte[] {(byte) 0xff});
    Refusal.says(() -> ClassList.read(file), "UTF-8");
  }

  private DataRequest request() {
    return DataRequest.of(temp);
  }

  private static OpenedData open(DataRequest request) {
    return Datasets.open(request, Geometry.none());
  }

  private static List<String> names(OpenedData data) {
    return IntStream.range(0, data.pictures().size()).mapToObj(data.pictures()::name).toList();
  }

  private static List<Integer> labels(OpenedData data) {
    return IntStream.range(0, data.pictures().size()).mapToObj(data.pictures()::label).toList();
  }

  private void picture(String path) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, RawPng.grey(3, 2, 7));
  }

  private Path zip(Charset names, String... paths) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes, names)) {
      for (String path : paths) {
        out.putNextEntry(new ZipEntry(path));
        out.write(RawPng.grey(3, 2, 7));
        out.closeEntry();
      }
    }
    Path zip = Files.createTempFile(temp, "data", ".zip");
    return Files.write(zip, bytes.toByteArray());
  }
}
