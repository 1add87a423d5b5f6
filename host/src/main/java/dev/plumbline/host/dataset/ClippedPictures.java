package dev.plumbline.host.dataset;

import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Pictures of 16-bit grey that use the range above 255. They become white, as Pillow makes them:
 * right where a model was trained so, and a mistake elsewhere. Safe from any thread.
 */
final class ClippedPictures {
  private final SortedSet<String> names = new ConcurrentSkipListSet<>();

  /** Counts a picture, once however often it is decoded. */
  void note(String name, Decoded decoded) {
    if (decoded.isClipped()) {
      names.add(name);
    }
  }

  /** One sentence with their number and the first of them, or nothing where there is none. */
  Optional<String> warning() {
    if (names.isEmpty()) {
      return Optional.empty();
    }
    boolean one = names.size() == 1;
    return Optional.of(
        (one ? "1 picture is" : names.size() + " pictures are")
            + " 16-bit grey with values above 255, which become white as in Pillow, such as "
            + names.first()
            + ": scale "
            + (one ? "it" : "them")
            + " to 0 to 255 if that is not how the model was trained");
  }
}
