package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CIFAR's pickles ({@code datasets/README.md}) and lists of pictures in the forms of others. */
class PickledAndListedDataTest {
  @TempDir Path temp;

  @Test
  void cifar10AsPython2PickledItHasItsPicturesLabelsAndNames() throws Exception {
    Dataset train = Datasets.open(data("cifar10"), Split.TRAIN, null);
    assertEquals(new PictureShape(3, 32, 32), train.shape());
    assertEquals(List.of(3, 1), labels(train));
    assertEquals("cat", train.classNames().get(3));
    assertEquals(10, train.picture(1).pixels()[0]);
    assertEquals(11, train.picture(1).pixels()[1024]);
    assertEquals(12, train.picture(1).pixels()[2048]);
    assertEquals(List.of(3, 1, 9), labels(Datasets.open(data("cifar10"), null, null)));
    Path batch = data("cifar10").resolve("test_batch");
    assertEquals(List.of(9), labels(Datasets.open(batch, Split.TEST, null)));
    Refusal.says(() -> Datasets.open(batch, Split.TRAIN, null), "no split 'train'");
  }

  @Test
  void cifar100HasItsFineLabels() throws Exception {
    Dataset train = Datasets.open(data("cifar100"), null, null);
    assertEquals(List.of(99, 4), labels(train));
    assertEquals("fine 99", train.classNames().get(99));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "protocol0",
        "protocol1",
        "protocol2",
        "protocol3",
        "protocol4",
        "protocol5",
        "python2-protocol0"
      })
  void everyProtocolOfPythonIsRead(String folder) throws Exception {
    Dataset train = Datasets.open(data(folder), null, null);
    assertEquals(List.of(3, 1), labels(train));
    // What make.py put there: 10 i, 10 i + 1, 10 i + 2 in the first pixel, 0 in all others.
    byte[] pixels = new byte[3072];
    for (int channel = 0; channel < 3; channel++) {
      pixels[1024 * channel] = (byte) (10 + channel);
    }
    assertArrayEquals(pixels, train.picture(1).pixels());
  }

  @ParameterizedTest
  @CsvSource({
    // As Python's pickletools reads them.
    "S'a\\x41\\n\\'b', 61410a2762",
    "'S\"it\\\\s\"', 69745c73",
    "V\\u00e9\\U0001f600z, c3a9f09f98807a"
  })
  void textsOfProtocol0AreThoseOfPython(String line, String utf8) throws Exception {
    byte[] pickle = (line + "\n.").getBytes(StandardCharsets.ISO_8859_1);
    Object read = SafePickle.plain(SafePickle.read(pickle, Path.of("a")));
    assertEquals(
        new String(HexFormat.of().parseHex(utf8), StandardCharsets.UTF_8), read.toString());
  }

  @Test
  void aDamagedPickleOfProtocol0IsReadOrRefusedAndNoFault() throws Exception {
    byte[] whole = Files.readAllBytes(data("protocol0").resolve("data_batch_1"));
    damage(Arrays.copyOf(whole, 700));
    damage(Files.readAllBytes(data("python2-protocol0").resolve("data_batch_1")));
  }

  @Test
  void aPickleThatCallsAFunctionIsRefusedByItsNameAndExecutesNothing() throws Exception {
    Path evil = data("evil");
    Refusal.says(
        () -> Datasets.open(evil, null, null),
        "data_batch_1",
        "posix.system",
        "nothing is executed");
    assertFalse(Files.exists(Path.of("/tmp/plumbline-pickle-was-executed")));
  }

  @Test
  void aDamagedPickleIsReadOrRefusedAndNoFault() throws Exception {
    damage(Files.readAllBytes(data("cifar10").resolve("data_batch_1")));
  }

  private void damage(byte[] whole) throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(400)] = (byte) random.nextInt();
      }
      Path file = Files.write(temp.resolve("data_batch_1"), damaged);
      try {
        CifarPickle.openFile(file);
      } catch (BadInputException e) {
        Refusal.isInPlainWords(e.getMessage());
      }
    }
  }

  @Test
  void listsThatHoldThemselvesAreRefusedAndFollowedNowhere() throws IOException {
    // a = [[a]]; {a: a}, and {"data": a}.
    byte[] list = {']', 'q', 0, ']', 'h', 0, 'a', 'a'};
    byte[] asKey = concat(new byte[] {(byte) 0x80, 2, '}'}, list, new byte[] {'h', 0, 's', '.'});
    Path file = Files.write(temp.resolve("data_batch_1"), asKey);
    Refusal.says(() -> CifarPickle.openFile(file), "keys");
    byte[] data = {(byte) 0x80, 2, '}', 'U', 4, 'd', 'a', 't', 'a'};
    Files.write(file, concat(data, list, new byte[] {'s', '.'}));
    Refusal.says(() -> CifarPickle.openFile(file), "no pictures in 'data'");
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          list.csv   | a/1.png,dog;2.png,cat
          list.csv   | file_name,label;a/1.png,dog;2.png,cat
          list.csv   | label,note,path;dog,x,a/1.png;cat,y,2.png
          list.csv   | a/1.png~dog;2.png~cat
          list.csv   | file_name~label;a/1.png~dog;2.png~cat
          list.tsv   | a/1.png@dog;2.png@cat
          list.txt   | a/1.png dog;2.png cat
          list.txt   | a/1.png,dog;2.png, cat
          list.txt   | a/1.png~dog;2.png@cat
          list.json  | [{'file': 'a/1.png', 'label': 'dog'}, {'file': '2.png', 'label': 'cat'}]
          list.json  | [['a/1.png', 'dog'], ['2.png', 'cat']]
          list.json  | {'a/1.png': 'dog', '2.png': 'cat'}
          list.jsonl | {'image': 'a/1.png', 'label': 'dog'};{'image': '2.png', 'label': 'cat'}
          """)
  void aListOfAnyFormTellsPathsAndLabels(String name, String text) throws IOException {
    picture("a/1.png", 1);
    picture("2.png", 2);
    Path list = write(name, text);
    OpenedData data = open(list, LabelRules.own(), null, false);
    assertEquals(List.of("cat", "dog"), data.pictures().classNames());
    assertEquals(List.of(1, 0), labels(data.pictures()));
    assertEquals(1, data.pictures().picture(0).pixels()[0]);
    assertEquals("a/1.png", data.pictures().name(0));
  }

  @Test
  void pathsAndLabelsOfATextListMayHoldBlanks() throws IOException {
    picture("my photos/red dog 1.png", 1);
    picture("2.png", 2);
    Path bare = write("files.txt", "my photos/red dog 1.png;2.png");
    DataRequest request =
        new DataRequest(bare, null, null, new LabelRules(true, null, null, 0), null, false);
    Dataset pictures = Datasets.open(request, Geometry.none()).pictures();
    assertEquals("my photos/red dog 1.png", pictures.name(0));
    Path named = write("list.txt", "my photos/red dog 1.png golden retriever;2.png cat");
    Dataset labelled = open(named, LabelRules.own(), null, false).pictures();
    assertEquals(List.of("cat", "golden retriever"), labelled.classNames());
    assertEquals(List.of(1, 0), labels(labelled));
  }

  @Test
  void numbersOfAListAreTheLabels() throws IOException {
    picture("1.png", 1);
    picture("2.png", 2);
    Path list = write("val.txt", "1.png 3;2.png 0");
    assertEquals(List.of(3, 0), labels(open(list, LabelRules.own(), null, false).pictures()));
    LabelRules shifted = new LabelRules(false, null, null, 1);
    assertEquals(List.of(4, 1), labels(open(list, shifted, null, false).pictures()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "12345678"})
  void numbersThatAreNoClassAreNotTakenForNames(String odd) throws IOException {
    picture("1.png", 1);
    picture("2.png", 2);
    Path list = write("list.csv", "file_name,label;1.png," + odd + ";2.png,3");
    Refusal.says(
        () -> open(list, LabelRules.own(), null, false), "label " + odd, "--label-map FILE");
    Path map = write("map.csv", odd + ",0;3,1");
    LabelRules mapped = LabelRules.read(false, null, map, 0);
    assertEquals(List.of(0, 1), labels(open(list, mapped, null, false).pictures()));
  }

  @Test
  void wholeNumbersWithAPointAreNumbers() throws IOException {
    picture("1.png", 1);
    picture("2.png", 2);
    Path list = write("list.csv", "file_name,label;1.png,10.0;2.png,9.0");
    assertEquals(List.of(10, 9), labels(open(list, LabelRules.own(), null, false).pictures()));
  }

  @Test
  void kagglesListOfBoxesGivesTheClassOfEachPicture() throws IOException {
    picture("val/ILSVRC2012_val_00000001.png", 1);
    picture("val/ILSVRC2012_val_00000002.png", 2);
    Path list =
        write(
            "LOC_val_solution.csv",
            "ImageId,PredictionString;"
                + "ILSVRC2012_val_00000001,n02 85 1 499 272 n02 1 2 3 4 ;"
                + "ILSVRC2012_val_00000002,n01 1 2 3 4 ");
    OpenedData data = open(list, LabelRules.own(), temp.resolve("val"), false);
    assertEquals(List.of("n01", "n02"), data.pictures().classNames());
    assertEquals(List.of(1, 0), labels(data.pictures()));
    assertEquals(1, data.pictures().picture(0).pixels()[0]);
  }

  @Test
  void labelsAloneGoWithTheFilesInTheOrderOfTheirNames() throws IOException {
    picture("val/ILSVRC2012_val_00000002.png", 2);
    picture("val/ILSVRC2012_val_00000001.png", 1);
    Path list = write("ground_truth.txt", "5;7");
    OpenedData data = open(list, LabelRules.own(), temp.resolve("val"), false);
    assertEquals(List.of(5, 7), labels(data.pictures()));
    assertEquals(1, data.pictures().picture(0).pixels()[0]);
    Path short1 = write("short.txt", "5");
    Refusal.says(
        () -> open(short1, LabelRules.own(), temp.resolve("val"), false), "1 labels", "2 pictures");
  }

  @Test
  void aListThatLeavesItsFolderIsRefused() throws IOException {
    picture("secret.png", 1);
    for (String path : List.of("../secret.png", "/etc/hostname", "a/../../secret.png")) {
      Path list = write("in/list.txt", path + " 1");
      Refusal.says(() -> open(list, LabelRules.own(), null, false), path, "outside", "--list-root");
    }
    Path inside = write("in/list.txt", "secret.png 1");
    assertEquals(1, open(inside, LabelRules.own(), temp, false).pictures().size());
    Files.createSymbolicLink(temp.resolve("in/link.png"), temp.resolve("secret.png"));
    Path link = write("in/list.txt", "link.png 1");
    Refusal.says(() -> open(link, LabelRules.own(), null, false), "link out of");
  }

  @Test
  void aListWithoutALabelOrAPictureSaysWhich() throws IOException {
    picture("1.png", 1);
    Path some = write("list.csv", "1.png,cat;2.png,");
    Refusal.says(
        () -> open(some, LabelRules.own(), null, false), "no label for 1 of 2", "--unlabelled");
    Path missing = write("list.csv", "1.png,cat;2.png,dog");
    Refusal.says(
        () -> open(missing, LabelRules.own(), null, false),
        "list.csv lists '2.png', which is not in " + temp);
    assertEquals(1, open(missing, LabelRules.own(), null, true).leftOut().broken());
    Path none = write("list.json", "[]");
    Refusal.says(() -> open(none, LabelRules.own(), null, false), "lists no picture");
  }

  @Test
  void anImageFolderHasItsLabelsInItsMetadata() throws IOException {
    picture("train/1.png", 1);
    picture("train/2.png", 2);
    picture("test/3.png", 3);
    picture("test/unlisted.png", 4);
    write("train/metadata.csv", "file_name,label;2.png,cat;1.png,dog");
    write("test/metadata.jsonl", "{'file_name': '3.png', 'label': 'cat'}");
    DataRequest all = DataRequest.of(temp);
    OpenedData data = Datasets.open(all, Geometry.none());
    assertEquals(List.of(0, 1, 0), labels(data.pictures()));
    assertEquals(Map.of(LeftOut.UNLISTED, 1), data.leftOut().kinds());
    DataRequest test = new DataRequest(temp, Split.TEST, null, LabelRules.own(), null, false);
    assertEquals("test/3.png", Datasets.open(test, Geometry.none()).pictures().name(0));
  }

  private static OpenedData open(Path list, LabelRules rules, Path root, boolean skipBroken) {
    return Datasets.open(
        new DataRequest(list, null, null, rules, root, skipBroken), Geometry.none());
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }

  private void picture(String path, int value) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, RawPng.grey(3, 2, value));
  }

  /** Lines are separated by semicolons, which are tildes; tabs are at-signs, quotes are single. */
  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file,
        text.replace(';', '\n').replace('@', '\t').replace('~', ';').replace('\'', '"') + "\n");
  }

  private static Path data(String name) throws URISyntaxException {
    return Path.of(PickledAndListedDataTest.class.getResource("/datasets/" + name).toURI());
  }
}
