package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is the picture: a white rectangle of the file is found again in what was made. */
class PlaceTest {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 80;
  private static final int[] RECTANGLE = {40, 24, 80, 56};

  @TempDir Path folder;

  static Stream<Map<Key, String>> geometries() {
    return Stream.of(
        Map.of(Key.RESIZE, "60x40"),
        Map.of(Key.RESIZE, "40x60"),
        Map.of(Key.RESIZE, "40"),
        Map.of(Key.RESIZE, "60", Key.CROP, "50x48"),
        Map.of(Key.CROP, "70x50"),
        Map.of(Key.CROP, "130x90"),
        Map.of(Key.LETTERBOX, "64x64,0"),
        Map.of(Key.LETTERBOX, "101x40,0"));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void aRectangleOfTheFileLiesWhereThePlaceSays(Map<Key, String> entries) throws IOException {
    write(Files.newOutputStream(folder.resolve("a.png")));
    Geometry geometry = new PreprocessingEntries(entries).geometry();
    DataRequest request =
        new DataRequest(folder, null, null, new LabelRules(true, null, null, 0), null, false);
    requireFound(Datasets.open(request, geometry).pictures());
  }

  @Test
  void picturesOfAClosedArchiveKnowTheirPlaces() throws IOException {
    Path zip = folder.resolve("a.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("thing/a.png"));
      write(out);
    }
    Geometry geometry = new PreprocessingEntries(Map.of(Key.LETTERBOX, "64x64,0")).geometry();
    requireFound(Datasets.open(zip, null, Range.of(0, 1), geometry));
  }

  private static void requireFound(Dataset data) {
    Picture picture = data.picture(0);
    int width = picture.shape().width();
    int left = width;
    int top = picture.shape().height();
    int right = 0;
    int bottom = 0;
    for (int i = 0; i < picture.shape().height() * width; i++) {
      if ((picture.pixels()[i] & 0xFF) >= 128) {
        left = Math.min(left, i % width);
        right = Math.max(right, i % width + 1);
        top = Math.min(top, i / width);
        bottom = Math.max(bottom, i / width + 1);
      }
    }
    Place place = data.place(0);
    assertEquals(WIDTH, place.fileWidth());
    assertEquals(HEIGHT, place.fileHeight());
    assertEquals(width, place.width());
    assertEquals(picture.shape().height(), place.height());
    // A pixel that the edge parts may be on either side.
    assertEquals(place.x(RECTANGLE[0]), left, 0.75);
    assertEquals(place.y(RECTANGLE[1]), top, 0.75);
    assertEquals(place.x(RECTANGLE[2]), right, 0.75);
    assertEquals(place.y(RECTANGLE[3]), bottom, 0.75);
  }

  private static void write(OutputStream out) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(
        RECTANGLE[0], RECTANGLE[1], RECTANGLE[2] - RECTANGLE[0], RECTANGLE[3] - RECTANGLE[1]);
    ImageIO.write(image, "png", out);
  }
}
