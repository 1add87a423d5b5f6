package dev.plumbline.host.dataset;

import java.util.List;

/**
 * Which pictures of a source are read, in order, and what the data says that they show.
 *
 * @param names of the labels; an empty list where the pictures have none
 * @param pictures at least one
 * @param leftOut what lies beside them
 */
record Listing(List<String> names, List<Item> pictures, LeftOut leftOut) {
  /** Of a picture that has no label. */
  static final int NO_LABEL = -1;

  /**
   * One picture.
   *
   * @param path in the source
   * @param label the number of its name in {@link #names()}, or {@link #NO_LABEL}
   */
  record Item(String path, int label) {
    String fileName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  Listing {
    names = List.copyOf(names);
    pictures = List.copyOf(pictures);
  }

  /**
   * @param range which pictures, or null for all
   * @param data what to call the data in messages
   */
  Listing range(Range range, String data) {
    if (range == null) {
      return this;
    }
    int end = range.end(pictures.size(), data);
    return new Listing(names, pictures.subList(range.from(), end), leftOut);
  }
}
