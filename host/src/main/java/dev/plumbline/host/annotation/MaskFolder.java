package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.ClassImage;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Mask;
import dev.plumbline.host.task.Segmentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of masks: for each picture a PNG of its name, whose grey values or places in the palette
 * are numbers of classes. 255 is no class, but a pixel that does not count; in masks of two classes
 * that have 0 and 255 alone it is class 1.
 *
 * <p>A mask has the size of the picture's file, and is resized and cropped as the picture is, by
 * nearest pixels; or it has the size of the picture that the model gets.
 */
final class MaskFolder {
  private static final String PNG = ".png";
  private static final int UNSAID = 255;

  private final Path folder;
  private final Segmentation task;
  private final Dataset data;

  private MaskFolder(Path folder, Segmentation task, Dataset data) {
    this.folder = folder;
    this.task = task;
    this.data = data;
  }

  /**
   * @throws BadInputException if a mask is missing, is no PNG of numbers, has another size, or a
   *     class that the model does not know
   */
  static List<Decision> read(Path folder, Segmentation task, Dataset data) {
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(
          folder
              + (Files.exists(folder) ? " is a file" : " does not exist")
              + ", expected a folder of PNGs, a mask for each picture");
    }
    return new MaskFolder(folder, task, data).decisions();
  }

  private List<Decision> decisions() {
    List<Mask> masks = new ArrayList<>();
    boolean blackAndWhite = task.classes() == 2;
    for (int i = 0; i < data.size(); i++) {
      // In runs, as all of them may be many.
      Mask mask = inPicture(i);
      masks.add(mask);
      blackAndWhite &=
          mask.numbers().stream().allMatch(n -> n == 0 || n == UNSAID || n == Mask.IGNORED);
    }
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      decisions.add(read(masks.get(i), blackAndWhite ? 1 : Mask.IGNORED, i));
    }
    return decisions;
  }

  /** The numbers of a mask, at the places of the picture that the model gets. */
  private Mask inPicture(int index) {
    Path file = file(index);
    ClassImage image = ClassImage.read(file);
    Place place = data.place(index);
    if (image.width() == place.width() && image.height() == place.height()) {
      return Mask.known(image.numbers(), image.width());
    }
    if (image.width() != place.fileWidth() || image.height() != place.fileHeight()) {
      throw new BadInputException(
          file
              + " is a mask of "
              + image.width()
              + " x "
              + image.height()
              + " pixels, expected "
              + place.fileWidth()
              + " x "
              + place.fileHeight()
              + " as the picture "
              + data.name(index));
    }
    int[] numbers = new int[place.width() * place.height()];
    int at = 0;
    for (int y = 0; y < place.height(); y++) {
      int fromY = (int) Math.floor((y + 0.5 - place.top()) / place.scaleY());
      for (int x = 0; x < place.width(); x++) {
        int fromX = (int) Math.floor((x + 0.5 - place.left()) / place.scaleX());
        boolean inside =
            fromX >= 0 && fromY >= 0 && fromX < image.width() && fromY < image.height();
        numbers[at++] = inside ? image.numbers()[fromY * image.width() + fromX] : Mask.IGNORED;
      }
    }
    return Mask.known(numbers, place.width());
  }

  private Path file(int index) {
    String name = data.name(index);
    int dot = name.lastIndexOf('.');
    String stem = dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
    Path whole = folder.resolve(stem + PNG);
    Path alone = folder.resolve(stem.substring(stem.lastIndexOf('/') + 1) + PNG);
    if (Files.exists(whole)) {
      return whole;
    }
    if (!Files.exists(alone)) {
      throw new BadInputException(
          folder + " has no mask of the picture " + name + ", expected " + whole);
    }
    return alone;
  }

  /**
   * @param meant the class of 255, where that is no class of the model
   */
  private Mask read(Mask mask, int meant, int index) {
    int[] classes = mask.classes();
    for (int p = 0; p < classes.length; p++) {
      int number = classes[p];
      boolean known = task.classes() == 0 ? number != UNSAID : number < task.classes();
      if (known || number == Mask.IGNORED) {
        continue;
      }
      if (number != UNSAID) {
        throw new BadInputException(
            file(index)
                + " has a pixel of class "
                + number
                + ", expected 0 to "
                + (task.classes() - 1)
                + " as the model has "
                + task.classes()
                + " classes, or 255 for none");
      }
      classes[p] = meant;
    }
    return Mask.known(classes, mask.width());
  }
}
