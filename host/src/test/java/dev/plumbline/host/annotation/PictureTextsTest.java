package dev.plumbline.host.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Alphabet;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decoded;
import dev.plumbline.host.task.Sequence;
import dev.plumbline.host.task.Sequence.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTextsTest {
  private static final Sequence TASK =
      new Sequence(
          7, 0, Layout.NTC, Optional.of(new Alphabet(List.of("1", "2", "é", "字", "😀", "\""))));
  private static final Dataset DATA = new NamedPictures(List.of("a.png", "b/c.png"), List.of());

  @TempDir Path folder;

  private List<Decision> read(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.writeString(path, content, StandardCharsets.UTF_8);
    return Annotations.read(path, TASK, DATA);
  }

  private static Decoded text(String text, Integer... classes) {
    return new Decoded(List.of(classes), Optional.of(text), 1);
  }

  @Test
  void textsAreReadFromCommasAndTabsByCodePoints() throws IOException {
    List<Decision> expected = List.of(text("é字", 3, 4), text("1😀", 1, 5));
    assertEquals(expected, read("t.csv", "picture,text\nb/c.png,1😀\na.png,é字\n"));
    assertEquals(expected, read("t.csv", "\ufefftext,picture\r\n\"é字\",a.png\r\n1😀,b/c.png\r\n"));
    assertEquals(expected, read("t.tsv", "picture\ttext\na.png\té字\n\nb/c.png\t1😀"));
    assertEquals(expected, read("rec_gt.txt", "train/rec/a.png\té字\nb/c.png\t1😀\n"));
  }

  @Test
  void aTextMayBeEmptyHaveQuotationMarksAndUnknownCharacters() throws IOException {
    assertEquals(
        List.of(text(""), text("\"1\"x", 6, 1, 6, Decoded.UNKNOWN)),
        read("t.tsv", "a.png\t\nb/c.png\t\"1\"x\n"));
    assertEquals(
        List.of(text(""), text("1\u20ac2", 1, Decoded.UNKNOWN, 2)),
        read("t.csv", "picture,text\na.png,\nb/c.png,1\u20ac2\n"));
  }

  @Test
  void annotationsThatDoNotGoWithThePicturesAreRefused() throws IOException {
    Refusal.says(() -> read("t.tsv", "a.png\t1\n"), "t.tsv", "no line for the picture b/c.png");
    Refusal.says(
        () -> read("t.tsv", "a.png\t1\nb/c.png\t2\nd.png\t1\n"), "t.tsv", "d.png", "lacks");
    Refusal.says(() -> read("t.tsv", "a.png\t1\nb/c.png 2\n"), "'b/c.png 2' on line 2", "a tab");
    Refusal.says(() -> read("t.tsv", "a.png\t1\nx/a.png\t2\n"), "several lines", "a.png");
    Refusal.says(() -> read("t.csv", "a.png,1\nb/c.png,2\n"), "t.csv", "picture,text");
    Path binary = folder.resolve("binary.tsv");
    Files.write(binary, new byte[] {'a', '\t', (byte) 0xff});
    Refusal.says(() -> Annotations.read(binary, TASK, DATA), "binary.tsv", "UTF-8");
    Path none = folder.resolve("none.csv");
    Refusal.says(() -> Annotations.read(none, TASK, DATA), "none.csv", "does not exist");
    Sequence plain = new Sequence(7, 0, Layout.NTC, Optional.empty());
    Path sound = folder.resolve("t.csv");
    Files.writeString(sound, "picture,text\na.png,1\nb/c.png,2\n");
    Refusal.says(
        () -> Annotations.read(sound, plain, DATA), "without an alphabet", "alphabet=FILE");
  }
}
