package dev.plumbline.host.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Partners;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearAnnotationsTest {
  private static final Dataset DATA =
      new NamedPictures(List.of("a.png", "b.png", "c.png"), List.of());
  private static final String EMBEDDING = "{'kind':'embedding','cosine':0.9}";
  private static final String REGRESSION =
      "{'kind':'regression','distance':'max','bound':1,'unit':''}";
  private static final String POINTS =
      "{'kind':'keypoints','form':'xy','points':2,'map_width':1,'map_height':1,'unit':'UNIT',"
          + "'bound':1,'width':10,'height':10,'pck':0.05,'reference':'picture'}";
  private static final String PIXELS = POINTS.replace("UNIT", "pixels");

  @TempDir Path folder;

  private List<Decision> read(String task, String name, String... lines) throws IOException {
    return read(DATA, task, name, lines);
  }

  private List<Decision> read(Dataset data, String task, String name, String... lines)
      throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, List.of(lines));
    Task read = Tasks.read(new ObjectMapper().readTree(task.replace('\'', '"')));
    return Annotations.read(file, read, data);
  }

  @Test
  void annotationsOfPicturesThatARangeLeavesOutDoNotCount() throws IOException {
    Dataset part = Datasets.range(DATA, Range.of(1, 3));
    assertEquals(
        List.of(new Partners(0, Map.of(1, false)), new Partners(1, Map.of())),
        read(part, EMBEDDING, "p.csv", "a,b,same", "a.png,b.png,1", "b.png,c.png,0"));
    assertEquals(
        List.of("2.0", "3.0"),
        read(part, REGRESSION, "n.csv", "picture,x", "a.png,1", "b.png,2", "c.png,3").stream()
            .map(Decision::identity)
            .toList());
    String images =
        "{'images':[{'id':1,'file_name':'a.png'},{'id':2,'file_name':'b.png'},"
            + "{'id':3,'file_name':'c.png'}],'annotations':[";
    String points = "{'image_id':1,'keypoints':[9]},";
    for (int id = 2; id < 4; id++) {
      points += "{'image_id':" + id + ",'keypoints':[1,0,2,0,1,2]}" + (id == 2 ? "," : "]}");
    }
    assertEquals(2, read(part, PIXELS, "k.json", (images + points).replace('\'', '"')).size());
    Refusal.says(
        () -> read(part, REGRESSION, "n.csv", "picture,x", "b.png,2", "c.png,3", "d.png,3"),
        "d.png",
        "which the data lacks",
        "3 pictures only");
  }

  @Test
  void pairsBelongToTheirFirstPicture() throws IOException {
    assertEquals(
        List.of(
            new Partners(0, Map.of(1, true)),
            new Partners(1, Map.of(2, false)),
            new Partners(2, Map.of())),
        read(EMBEDDING, "pairs.csv", "a,b,same", "a.png,b.png,1", "b.png, c.png ,different"));
  }

  @Test
  void numbersAreReadInTheOrderOfThePictures() throws IOException {
    List<Decision> found =
        read(REGRESSION, "n.csv", "picture,x,y", "b.png,3,-4e1", "c.png,5,6", "a.png,1,2.5");
    assertEquals("1.0 2.5", found.get(0).identity());
    assertEquals("3.0 -40.0", found.get(1).identity());
  }

  @Test
  void pointsAreReadFromTablesAndFromCoco() throws IOException {
    List<Decision> table =
        read(
            PIXELS,
            "p.csv",
            "picture,x1,y1,x2,y2",
            "a.png,1,2,3,4",
            "b.png,,,5,6",
            "c.png,0,0,0,0");
    assertEquals("1.0 2.0 1.0 3.0 4.0 1.0", table.get(0).identity());
    assertEquals("null null 0.0 5.0 6.0 1.0", table.get(1).identity());
    String[] coco = {
      "{'images':[{'id':7,'file_name':'b.png'},{'id':8,'file_name':'a.png'},"
          + "{'id':9,'file_name':'c.png'}],'annotations':["
          + "{'image_id':7,'keypoints':[9,9,0,5,6,1]},{'image_id':8,'keypoints':[1,2,2,3,4,2]},"
          + "{'image_id':9,'keypoints':[0,0,1,0,0,2]}]}"
    };
    coco[0] = coco[0].replace('\'', '"');
    assertEquals(table, read(PIXELS, "p.json", coco));
    String relative = POINTS.replace("UNIT", "relative");
    assertEquals(table, read(relative, "p.json", coco));
    // Shares of pictures of 10 x 10 pixels.
    String[] shares = {
      "picture,x1,y1,x2,y2", "a.png,.1,.2,.3,.4", "b.png,,,.5,.6", "c.png,0,0,0,0"
    };
    assertEquals(table.toString(), read(relative, "p.csv", shares).toString());
  }

  @Test
  void brokenAnnotationsAreRefused() throws IOException {
    String[][] wrong = {
      {EMBEDDING, "x.csv", "a,b,same;a.png,d.png,1", "d.png", "3 pictures only"},
      {EMBEDDING, "x.csv", "a,b,same;a.png,b.png,2", "'2'", "a.png and b.png", "expected 1"},
      {EMBEDDING, "x.csv", "a,b,same;a.png,a.png,1", "with itself"},
      {EMBEDDING, "x.csv", "a,b,same;a.png,b.png,1;b.png,a.png,1", "twice"},
      {EMBEDDING, "x.csv", "a.png,b.png,1", "begins with 'a.png,b.png,1'"},
      {EMBEDDING, "x.csv", "a,b,same;a.png,b.png", "2 columns, expected 3"},
      {REGRESSION, "x.csv", "picture,x;a.png,1;b.png,2", "no line for the picture c.png"},
      {REGRESSION, "x.csv", "picture,x;a.png,1;b.png,;c.png,3", "empty cell", "b.png"},
      {REGRESSION, "x.csv", "picture,x;a.png,one;b.png,2;c.png,3", "'one'", "a.png", "a number"},
      {REGRESSION, "x.csv", "picture,x;a.png,NaN;b.png,2;c.png,3", "'NaN'"},
      {REGRESSION, "x.csv", "a.png,1", "begins with 'a.png,1'"},
      {PIXELS, "x.csv", "picture,x,y;a.png,1,2;b.png,1,2;c.png,1,2", "2 numbers", "expected 4"},
      {PIXELS, "x.csv", "picture,x,y,x,y;a.png,1,,1,1;b.png,,,,;c.png,,,,", "one coordinate"},
      {PIXELS, "x.json", "{", "is no JSON"},
      {PIXELS, "x.json", "[]", "no list images"},
      {PIXELS, "x.json", "{\"images\":[{\"file_name\":\"d.png\"}]}", "d.png", "data lacks"},
      {PIXELS, "x.json", "{\"images\":[],\"annotations\":[{\"image_id\":5}]}", "image_id 5"},
      {PIXELS, "x.json", "{\"images\":[],\"annotations\":[]}", "no keypoints", "a.png"}
    };
    for (String[] each : wrong) {
      String[] expected = Arrays.copyOfRange(each, 3, each.length);
      Refusal.says(() -> read(each[0], each[1], each[2].split(";")), expected);
      expected[0] = each[1];
      Refusal.says(() -> read(each[0], each[1], each[2].split(";")), expected[0]);
    }
  }
}
