package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Place;
import java.util.List;
import java.util.Optional;

/**
 * What was noted on one picture.
 *
 * @param where it was noted, for messages
 * @param width of the file's picture that the notes say, in pixels
 * @param height likewise
 * @param boxes in the file's pixels
 */
record FileBoxes(
    String where, Optional<Integer> width, Optional<Integer> height, List<FileBox> boxes) {
  FileBoxes {
    boxes = List.copyOf(boxes);
  }

  /**
   * Refuses notes of a picture of another size: its boxes would lie elsewhere.
   *
   * @throws BadInputException if the sizes differ
   */
  void requireSizeOf(Place place, String picture) {
    boolean other =
        width.isPresent() && width.get() != place.fileWidth()
            || height.isPresent() && height.get() != place.fileHeight();
    if (other) {
      throw new BadInputException(
          where
              + " says that the picture "
              + picture
              + " has "
              + width.map(Object::toString).orElse("?")
              + " x "
              + height.map(Object::toString).orElse("?")
              + " pixels, found "
              + place.fileWidth()
              + " x "
              + place.fileHeight()
              + ", expected annotations of these pictures");
    }
  }
}
