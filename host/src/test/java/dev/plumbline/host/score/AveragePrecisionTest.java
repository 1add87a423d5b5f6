package dev.plumbline.host.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Box.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle is pycocotools; the fixture tells how it was made. */
class AveragePrecisionTest {
  @Test
  void randomBoxesHaveThePrecisionThatPycocotoolsMeasures() throws IOException {
    JsonNode fixture;
    try (InputStream in = getClass().getResourceAsStream("/score/detection.json")) {
      fixture = new ObjectMapper().readTree(in);
    }
    assertEquals(3, fixture.get("cases").size());
    for (JsonNode expected : fixture.get("cases")) {
      AveragePrecision precision = new AveragePrecision();
      for (JsonNode picture : expected.get("pictures")) {
        List<Box> found = new ArrayList<>();
        for (JsonNode box : picture.get("found")) {
          found.add(
              new Box(
                  box.get(0).intValue(),
                  box.get(1).floatValue(),
                  box.get(2).floatValue(),
                  box.get(3).floatValue(),
                  box.get(4).floatValue(),
                  box.get(5).floatValue(),
                  Role.OBJECT));
        }
        List<Box> noted = new ArrayList<>();
        for (JsonNode box : picture.get("noted")) {
          noted.add(
              Box.noted(
                  box.get(0).intValue(),
                  box.get(1).doubleValue(),
                  box.get(2).doubleValue(),
                  box.get(3).doubleValue(),
                  box.get(4).doubleValue(),
                  box.get(5).booleanValue() ? Role.CROWD : Role.OBJECT));
        }
        precision.add(found, noted);
      }
      // Sums of some thousand doubles in another order.
      assertEquals(expected.get("map").doubleValue(), precision.mean(), 1e-12);
      assertEquals(expected.get("map_50").doubleValue(), precision.meanAtHalf(), 1e-12);
    }
  }

  @Test
  void whatIsIgnoredCountsNeitherForAModelNorAgainstIt() {
    Box object = new Box(0, 0.5f, 0, 0, 10, 10, Role.OBJECT);
    Box other = new Box(0, 0.9f, 30, 30, 40, 40, Role.OBJECT);
    Box ignored = Box.noted(0, 30, 30, 40, 40, Role.IGNORED);
    AveragePrecision precision = new AveragePrecision();
    precision.add(
        List.of(object, other), List.of(Box.noted(0, 0, 0, 10, 10, Role.OBJECT), ignored));
    assertEquals(1, precision.mean(), 1e-12);
  }

  @Test
  void picturesWithoutAnythingHaveAPrecisionOfNone() {
    AveragePrecision precision = new AveragePrecision();
    precision.add(List.of(), List.of());
    assertEquals(0, precision.mean());
  }
}
