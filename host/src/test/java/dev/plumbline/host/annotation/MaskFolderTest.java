package dev.plumbline.host.annotation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Mask;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.TestSegmentation;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskFolderTest {
  private static final int X = Mask.IGNORED;
  private static final Task FOUR = TestSegmentation.ofClasses(4);
  private static final Task TWO = TestSegmentation.ofClasses(2);

  @TempDir Path folder;

  /** Pictures of 4 x 2, of which only names and places matter. */
  private record Placed(List<String> names, Place place) implements Dataset {
    @Override
    public int size() {
      return names.size();
    }

    @Override
    public PictureShape shape() {
      return new PictureShape(1, place.height(), place.width());
    }

    @Override
    public Picture picture(int index) {
      return new Picture(shape(), new byte[shape().bytes()]);
    }

    @Override
    public int label(int index) {
      throw Dataset.noLabels("the data");
    }

    @Override
    public String name(int index) {
      return names.get(index);
    }

    @Override
    public Place place(int index) {
      return place;
    }

    @Override
    public List<String> classNames() {
      return List.of();
    }
  }

  private static Dataset plain(String... names) {
    return new Placed(List.of(names), Place.unchanged(new PictureShape(1, 2, 4)));
  }

  private void grey(String name, int width, int... values) throws IOException {
    write(
        name,
        new BufferedImage(width, values.length / width, BufferedImage.TYPE_BYTE_GRAY),
        values);
  }

  private void write(String name, BufferedImage image, int... values) throws IOException {
    image.getRaster().setSamples(0, 0, image.getWidth(), image.getHeight(), 0, values);
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private int[] only(Task task, Dataset data) {
    List<Decision> read = Annotations.read(folder, task, data);
    assertEquals(1, read.size());
    return ((Mask) read.get(0)).classes();
  }

  @Test
  void greyValuesAndPlacesInAPaletteAreClassesAnd255IsNone() throws IOException {
    int[] values = {0, 1, 2, 3, 3, 255, 0, 0};
    int[] classes = {0, 1, 2, 3, 3, X, 0, 0};
    grey("a.png", 4, values);
    assertArrayEquals(classes, only(FOUR, plain("a.jpg")));
    byte[] colours = new byte[256];
    for (int i = 0; i < 256; i++) {
      colours[i] = (byte) (7 * i);
    }
    IndexColorModel palette = new IndexColorModel(8, 256, colours, colours, colours);
    write("b.png", new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_INDEXED, palette), values);
    assertArrayEquals(classes, only(FOUR, plain("b.jpg")));
  }

  @Test
  void aMaskIsFoundBesideOrInTheFolderOfItsPicture() throws IOException {
    grey("x/a.png", 4, 0, 0, 0, 0, 0, 0, 0, 1);
    grey("b.png", 4, 0, 0, 0, 0, 0, 0, 0, 2);
    List<Decision> read = Annotations.read(folder, FOUR, plain("x/a.jpeg", "y/b.jpg", "b.png"));
    assertEquals(1, ((Mask) read.get(0)).classes()[7]);
    assertEquals(2, ((Mask) read.get(2)).classes()[7]);
  }

  @Test
  void blackAndWhiteMasksAreOfTwoClasses() throws IOException {
    grey("a.png", 4, 0, 255, 255, 0, 0, 0, 0, 0);
    assertArrayEquals(new int[] {0, 1, 1, 0, 0, 0, 0, 0}, only(TWO, plain("a.jpg")));
    grey("b.png", 4, 0, 255, 1, 0, 0, 0, 0, 0);
    List<Decision> read = Annotations.read(folder, TWO, plain("a.jpg", "b.jpg"));
    assertArrayEquals(new int[] {0, X, X, 0, 0, 0, 0, 0}, ((Mask) read.get(0)).classes());
  }

  /** A file of 8 x 4 in half the size, its left and right pixel cut off, framed above. */
  @Test
  void aMaskIsResizedAndCroppedAsItsPictureIs() throws IOException {
    int[] values = new int[32];
    for (int i = 0; i < 32; i++) {
      values[i] = i % 8 / 2;
    }
    grey("a.png", 8, values);
    Place place = new Place(8, 4, 2, 3, 0.5, 0.5, -1, 1);
    assertArrayEquals(
        new int[] {X, X, 1, 2, 1, 2}, only(FOUR, new Placed(List.of("a.jpg"), place)));
    grey("a.png", 2, 3, 2, 1, 0, 1, 2);
    assertArrayEquals(
        new int[] {3, 2, 1, 0, 1, 2}, only(FOUR, new Placed(List.of("a.jpg"), place)));
  }

  @Test
  void masksThatDoNotFitAreRefused() throws IOException {
    Dataset data = plain("a.jpg");
    Refusal.says(() -> only(FOUR, data), "no mask of the picture a.jpg", "a.png");
    grey("a.png", 2, 0, 0, 0, 0);
    Refusal.says(() -> only(FOUR, data), "a.png", "2 x 2", "expected 4 x 2");
    grey("a.png", 4, 0, 0, 0, 0, 9, 0, 0, 0);
    Refusal.says(() -> only(FOUR, data), "a.png", "class 9", "0 to 3", "255");
    ImageIO.write(
        new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("a.png").toFile());
    Refusal.says(() -> only(FOUR, data), "a.png", "3 channels", "grey or as a palette");
    Files.writeString(folder.resolve("a.png"), "no picture");
    Refusal.says(() -> only(FOUR, data), "a.png", "no PNG");
    Files.write(folder.resolve("a.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    Refusal.says(() -> only(FOUR, data), "a.png", "damaged");
    Path file = folder.resolve("a.png");
    Refusal.says(() -> Annotations.read(file, FOUR, data), "a.png is a file", "a folder");
    Path missing = folder.resolve("masks");
    Refusal.says(() -> Annotations.read(missing, FOUR, data), "does not exist");
    Refusal.says(() -> Annotations.read(folder, Classification.PLAIN, data), "classification");
  }
}
