package dev.plumbline.host.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.LabelSet;
import dev.plumbline.host.task.MultiLabel;
import dev.plumbline.host.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelSetsTest {
  private static final Task TASK = new MultiLabel(3, List.of(0.5));

  @TempDir Path folder;

  private static final Dataset DATA =
      new NamedPictures(List.of("a.png", "b/c.png"), List.of("circle", "square", "triangle"));
  private static final Dataset UNNAMED = new NamedPictures(List.of("a.png", "b/c.png"), List.of());

  private Path file(String... lines) throws IOException {
    Path file = folder.resolve("labels.csv");
    Files.write(file, List.of(lines));
    return file;
  }

  private List<Decision> read(Dataset data, String... lines) throws IOException {
    return Annotations.read(file(lines), TASK, data);
  }

  @Test
  void labelsAreReadByNameAndByNumberWhateverTheOrderOfTheLines() throws IOException {
    List<Decision> expected = List.of(LabelSet.known(List.of()), LabelSet.known(List.of(0, 2)));
    assertEquals(expected, read(DATA, "picture,labels", "b/c.png,triangle;circle", "a.png,"));
    assertEquals(expected, read(DATA, "labels,picture", "2 ; 0;0,b/c.png", "", ",a.png"));
    assertEquals(expected, read(UNNAMED, "Picture,Labels", "b/c.png,\"2;0\"", "a.png,"));
  }

  @Test
  void annotationsThatDoNotGoWithThePicturesAreRefused() throws IOException {
    String[][] wrong = {
      {"picture,labels;a.png,1", "no line for the picture b/c.png", "expected one for each"},
      {"picture,labels;a.png,1;b/c.png,0;d.png,0", "d.png", "lacks", "2 pictures"},
      {"picture,labels;a.png,1;b/c.pgn,0", "b/c.png", "nearest is 'b/c.pgn'"},
      {"picture,labels;a.png,1;a.png,0;b/c.png,0", "several lines", "a.png"},
      {"picture,labels;a.png,1,0;b/c.png,0", "a.png,1,0", "3 columns", "expected 2"},
      {"picture,labels;a.png,3;b/c.png,0", "a.png", "'3'", "expected 0 to 2"},
      {"picture,labels;a.png,sqare;b/c.png,0", "'sqare'", "the nearest is 'square'"},
      {"picture,labels;a.png,-1;b/c.png,0", "'-1'", "expected 0 to 2"},
      {"a.png,1;b/c.png,0", "begins with 'a.png,1'", "picture,labels"},
      {"", "begins with ''", "picture,labels"}
    };
    for (String[] each : wrong) {
      String[] expected = each.clone();
      expected[0] = "labels.csv";
      Refusal.says(() -> read(DATA, each[0].split(";")), expected);
    }
    Refusal.says(() -> read(UNNAMED, "picture,labels", "a.png,dog", "b/c.png,"), "--classes");
    Path binary = folder.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    Refusal.says(() -> Annotations.read(binary, TASK, DATA), "binary.csv", "UTF-8");
    Refusal.says(() -> Annotations.read(folder, TASK, DATA), folder.getFileName().toString());
    Path none = folder.resolve("none.csv");
    Refusal.says(() -> Annotations.read(none, TASK, DATA), "none.csv");
    Refusal.says(
        () -> Annotations.read(none, Classification.PLAIN, DATA), "classification", "labels with");
  }
}
