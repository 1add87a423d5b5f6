package dev.plumbline.host.dataset;

import java.util.List;

/** Pictures of one size with their labels, in a fixed order. Reading is safe from any thread. */
public interface Dataset {
  /** Number of pictures, at least 1. */
  int size();

  PictureShape shape();

  Picture picture(int index);

  /** Label of a picture, 0 to {@code classNames().size() - 1}. */
  int label(int index);

  /** Where a picture comes from, for people: a file's path in its folder, or its number. */
  String name(int index);

  /** Names of the classes, by label. */
  List<String> classNames();
}
