package dev.plumbline.host.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.LabelRules;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Box.Role;
import dev.plumbline.host.task.Boxes;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of 100 x 50 pixels, which a letterbox of 64 x 64 shows at 0.64, 16 from above. */
class ObjectBoxesTest {
  private static final List<Decision> EXPECTED =
      List.of(
          new Boxes(
              List.of(
                  Box.noted(1, 0.64 * 20, 16 + 0.64 * 10, 0.64 * 60, 16 + 0.64 * 30, Role.OBJECT),
                  Box.noted(0, 0, 16, 64, 48, Role.OBJECT))),
          new Boxes(List.of()));

  private static final String CATEGORIES =
      "\"categories\":[{\"id\":7,\"name\":\"dog\"},{\"id\":3,\"name\":\"cat\"}]";

  @TempDir Path folder;
  private Path notes;
  private Path classes;

  @BeforeEach
  void writePictures() throws IOException {
    Files.createDirectories(folder.resolve("data/sub"));
    for (String name : List.of("a", "sub/b")) {
      ImageIO.write(
          new BufferedImage(100, 50, BufferedImage.TYPE_INT_RGB),
          "png",
          folder.resolve("data/" + name + ".png").toFile());
    }
    notes = Files.createDirectories(folder.resolve("notes/sub")).getParent();
    classes = Files.writeString(folder.resolve("classes.txt"), "cat\ndog\n");
  }

  private List<Decision> read(Path path, boolean named) {
    return read(path, named, null);
  }

  private List<Decision> read(Path path, boolean named, Range range) {
    LabelRules rules = LabelRules.read(true, named ? classes : null, null, 0);
    DataRequest request = new DataRequest(folder.resolve("data"), null, range, rules, null, false);
    Dataset data =
        Datasets.open(request, new PreprocessingEntries(Map.of(Key.LETTERBOX, "64x64")).geometry())
            .pictures();
    return Annotations.read(path, task(2), data);
  }

  private static Task task(int classes) {
    try {
      return Tasks.read(
          new ObjectMapper()
              .readTree(
                  "{\"kind\":\"detection\",\"layout\":\"yolov8\",\"classes\":"
                      + classes
                      + ",\"boxes\":\"centre\",\"width\":1,\"height\":1,\"scores\":"
                      + "\"probabilities\",\"background\":\"none\",\"counted\":false,"
                      + "\"score\":0.25,\"iou\":0.5,\"nms\":0.45,\"most\":300}"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertSame(List<Decision> expected, List<Decision> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      List<Box> boxes = Boxes.of(found.get(i)).objects();
      assertEquals(Boxes.of(expected.get(i)).objects().size(), boxes.size());
      for (int b = 0; b < boxes.size(); b++) {
        Box box = Boxes.of(expected.get(i)).objects().get(b);
        assertEquals(box.label(), boxes.get(b).label());
        assertEquals(box.role(), boxes.get(b).role());
        // Pixels are kept as float32.
        assertEquals(box.x1(), boxes.get(b).x1(), 1e-4);
        assertEquals(box.y1(), boxes.get(b).y1(), 1e-4);
        assertEquals(box.x2(), boxes.get(b).x2(), 1e-4);
        assertEquals(box.y2(), boxes.get(b).y2(), 1e-4);
      }
    }
  }

  private Path coco(String images, String annotations, String categories) throws IOException {
    return Files.writeString(
        folder.resolve("coco.json"),
        "{\"info\":{},\"images\":["
            + images
            + "],\"annotations\":["
            + annotations
            + "],"
            + categories
            + "}");
  }

  private static String image(int id, String name) {
    return "{\"id\":" + id + ",\"file_name\":\"" + name + "\",\"width\":100,\"height\":50}";
  }

  private static String instance(int image, int category, String box, int crowd) {
    return "{\"id\":1,\"image_id\":"
        + image
        + ",\"category_id\":"
        + category
        + ",\"bbox\":["
        + box
        + "],\"iscrowd\":"
        + crowd
        + ",\"segmentation\":[[1,2,3]]}";
  }

  private static String images() {
    return image(9, "b.png") + "," + image(4, "a.png");
  }

  @Test
  void boxesOfCocoLieOnThePictureAsTheModelSeesIt() throws IOException {
    String two = instance(4, 7, "20,10,40,20", 0) + "," + instance(4, 3, "-1,0,101.5,50", 0);
    assertSame(EXPECTED, read(coco(images(), two, CATEGORIES), false));
    assertSame(EXPECTED, read(coco(images(), two, CATEGORIES), true));
    List<Decision> crowd = read(coco(images(), instance(4, 3, "1,2,30,40", 1), CATEGORIES), true);
    assertEquals(Role.CROWD, Boxes.of(crowd.get(0)).objects().get(0).role());
  }

  @Test
  void boxesOfYoloLieOnThePictureAsTheModelSeesIt() throws IOException {
    Files.writeString(notes.resolve("a.txt"), "1 0.4 0.4 0.4 0.4\n\n0 0.5 0.5 1 1\n");
    Files.writeString(notes.resolve("sub/b.txt"), "");
    Files.writeString(notes.resolve("classes.txt"), "cat\ndog\n");
    assertSame(EXPECTED, read(notes, false));
  }

  private static String voc(String object, int width) {
    return "<annotation><size><width>"
        + width
        + "</width><height>50</height><depth>3</depth></size>"
        + object
        + "</annotation>";
  }

  private static String object(String name, int x1, int y1, int x2, int y2, int difficult) {
    return String.format(
        "<object><name>%s</name><difficult>%d</difficult><bndbox><xmin>%d</xmin><ymin>%d</ymin>"
            + "<xmax>%d</xmax><ymax>%d</ymax></bndbox></object>",
        name, difficult, x1, y1, x2, y2);
  }

  @Test
  void boxesOfPascalVocLieOnThePictureAsTheModelSeesIt() throws IOException {
    Files.writeString(
        notes.resolve("a.xml"),
        voc(object("dog", 21, 11, 60, 30, 0) + object("cat", 1, 1, 100, 50, 0), 100));
    Files.writeString(notes.resolve("b.xml"), voc("", 100));
    assertSame(EXPECTED, read(notes, true));
    Files.writeString(notes.resolve("b.xml"), voc(object("cat", 5, 5, 50, 40, 1), 100));
    assertEquals(Role.IGNORED, Boxes.of(read(notes, true).get(1)).objects().get(0).role());
    Refusal.says(() -> read(notes, false), "a.xml object 1", "class 'dog'", "--classes FILE");
  }

  @Test
  void annotationsOfCocoThatAreBrokenAreRefused() throws IOException {
    String one = instance(4, 7, "20,10,40,20", 0);
    Path file = coco(images(), one, CATEGORIES);
    Files.writeString(file, Files.readString(file).substring(0, 60));
    Refusal.says(() -> read(file, false), "coco.json is no annotation of COCO");
    Files.writeString(file, "{\"images\":[]}");
    Refusal.says(() -> read(file, false), "coco.json", "images, annotations and categories");
    Files.writeString(file, "[1,2]");
    Refusal.says(() -> read(file, false), "coco.json is no annotation of COCO");
    coco(images(), one.replace("20,10,40,20", "20,10,40"), CATEGORIES);
    Refusal.says(() -> read(file, false), "entry 1 of annotations", "bbox");
    coco(images(), one.replace("\"image_id\":4", "\"image_id\":5"), CATEGORIES);
    Refusal.says(() -> read(file, false), "annotation 1", "image_id 5", "one of its images");
    coco(images(), one.replace("\"category_id\":7", "\"category_id\":5"), CATEGORIES);
    Refusal.says(() -> read(file, false), "category_id 5", "one of its categories");
    coco(images() + "," + image(5, "c.png"), one, CATEGORIES);
    Refusal.says(() -> read(file, false), "coco.json", "picture c.png, which the data lacks");
    coco(image(4, "a.png"), one, CATEGORIES);
    Refusal.says(() -> read(file, false), "coco.json", "no annotation", "sub/b.png");
    coco(images(), instance(4, 7, "20,10,-4,20", 0), CATEGORIES);
    Refusal.says(() -> read(file, false), "annotation 1", "a.png", "at least 0 pixels");
    coco(images(), instance(4, 7, "20,10,90,20", 0), CATEGORIES);
    Refusal.says(() -> read(file, false), "110.0,30.0", "a.png", "inside its 100 x 50 pixels");
    coco(images().replace("100", "99"), one, CATEGORIES);
    Refusal.says(() -> read(file, false), "99 x 50", "found 100 x 50");
    coco(images(), one, CATEGORIES.replace("]", ",{\"id\":8,\"name\":\"fox\"}]"));
    Refusal.says(() -> read(file, false), "3 categories", "2 classes");
    Refusal.says(() -> read(file, true), "category 8", "class 'fox'", "cat, dog");
  }

  @ParameterizedTest
  @CsvSource({
    "1 0.5 0.5 0.2, expected a class number",
    "1 0.5 0.5 0.2 0.2 0.9, expected a class number",
    "1 0.5 0.5 1.2 0.2, 0 to 1",
    "-1 0.5 0.5 0.2 0.2, expected a class number",
    "1.5 0.5 0.5 0.2 0.2, expected a class number",
    "1 x 0.5 0.2 0.2, expected a class number",
    "1 NaN 0.5 0.2 0.2, 0 to 1",
    "1 0.95 0.5 0.2 0.2, inside its 100 x 50 pixels",
    "7 0.5 0.5 0.2 0.2, expected 0 to 1 as the model knows 2 classes",
  })
  void linesOfYoloThatAreBrokenAreRefused(String line, String expected) throws IOException {
    Files.writeString(notes.resolve("b.txt"), "");
    Files.writeString(notes.resolve("a.txt"), "0 0.5 0.5 0.2 0.2\n" + line + "\n");
    Refusal.says(() -> read(notes, false), "a.txt line 2", expected);
  }

  @Test
  void foldersThatDoNotGoWithThePicturesAreRefused() throws IOException {
    Refusal.says(() -> read(notes, false), "notes", "without .txt or .xml files");
    Refusal.says(() -> read(folder.resolve("no"), false), "do not exist", "COCO");
    Refusal.says(() -> read(classes, false), "classes.txt", "no .json");
    Files.writeString(notes.resolve("a.txt"), "");
    Refusal.says(() -> read(notes, false), "notes", "no annotation", "sub/b.png", "an empty one");
    Files.writeString(notes.resolve("b.txt"), "");
    Files.writeString(notes.resolve("c.txt"), "");
    Refusal.says(() -> read(notes, false), "c.txt", "picture c, which the data lacks");
  }

  @Test
  void boxesOnPicturesThatARangeLeavesOutDoNotCount() throws IOException {
    Path file = coco(images(), instance(4, 7, "20,10,40,20", 0), CATEGORIES);
    Files.writeString(notes.resolve("a.txt"), "1 0.4 0.4 0.4 0.4");
    Files.writeString(notes.resolve("b.txt"), "");
    List<Decision> whole = read(file, false);
    assertEquals(whole.subList(0, 1), read(file, false, Range.of(0, 1)));
    assertEquals(whole.subList(1, 2), read(file, false, Range.of(1, 2)));
    List<Decision> lines = read(notes, false);
    assertEquals(lines.subList(0, 1), read(notes, false, Range.of(0, 1)));
    assertEquals(lines.subList(1, 2), read(notes, false, Range.of(1, 2)));
    Files.writeString(notes.resolve("c.txt"), "");
    Refusal.says(() -> read(notes, false, Range.of(0, 1)), "picture c, which the data lacks");
  }

  @Test
  void xmlThatIsBrokenOrAsksForMoreIsRefused() throws IOException {
    Files.writeString(notes.resolve("b.xml"), voc("", 100));
    Path file = notes.resolve("a.xml");
    Path secret = Files.writeString(folder.resolve("secret.txt"), "dog");
    for (String text :
        List.of(
            "<annotation><object>",
            "no XML",
            "",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \""
                + secret.toUri()
                + "\">]>"
                + voc(object("&x;", 1, 1, 9, 9, 0), 100),
            "<!DOCTYPE a [<!ENTITY x \"dog\">]>" + voc(object("&x;", 1, 1, 9, 9, 0), 100))) {
      Files.writeString(file, text);
      Refusal.says(() -> read(notes, true), "a.xml", "expected");
    }
    Files.writeString(file, "<a/>");
    Refusal.says(() -> read(notes, true), "root <a>", "<annotation>");
    Files.writeString(file, voc("<object><name>dog</name></object>", 100));
    Refusal.says(() -> read(notes, true), "a.xml object 1", "no <bndbox>");
    Files.writeString(file, voc(object("dog", 1, 1, 9, 9, 0).replace("9", "x"), 100));
    Refusal.says(() -> read(notes, true), "'x' as xmax", "a number");
    Files.writeString(file, voc(object("dog", 20, 1, 9, 9, 0), 100));
    Refusal.says(() -> read(notes, true), "a.xml object 1", "at least 0 pixels");
    Files.writeString(file, voc("", 120));
    Refusal.says(() -> read(notes, true), "a.xml", "120 x 50", "found 100 x 50");
    Files.writeString(file, voc(object("bird", 1, 1, 9, 9, 0), 100));
    Refusal.says(() -> read(notes, true), "class 'bird'", "cat, dog");
  }

  @Test
  void anUnseenObjectIsNotAskedFor() throws IOException {
    LabelRules rules = LabelRules.read(true, null, null, 0);
    DataRequest request = new DataRequest(folder.resolve("data"), null, null, rules, null, false);
    Dataset cropped =
        Datasets.open(request, new PreprocessingEntries(Map.of(Key.CROP, "20x20")).geometry())
            .pictures();
    Path file = coco(images(), instance(4, 7, "0,0,20,10", 0), CATEGORIES);
    List<Decision> found = Annotations.read(file, task(2), cropped);
    assertTrue(Boxes.of(found.get(0)).objects().isEmpty());
  }
}
