package dev.plumbline.host.dataset;

import java.util.Set;

/** A tree of folders with encoded pictures in them. Safe from any thread. */
interface PictureSource {
  /** What to call it in messages. */
  String name();

  /** Paths of the pictures, by their names, with {@code /} between folders. */
  Set<String> pictures();

  /** Paths of the folders, those without a picture too; the top is not among them. */
  Set<String> folders();

  /** What lies in it that is no picture, or must not be read. */
  LeftOut leftOut();

  /**
   * Content of a file.
   *
   * @param path one of {@link #pictures()}
   * @throws dev.plumbline.host.BadInputException if it cannot be read
   */
  byte[] read(String path);

  /** Whether a file or folder is none of the user's: hidden, or what a Mac puts into zips. */
  static boolean isIgnored(String fileName) {
    return fileName.startsWith(".") || fileName.equals("__MACOSX");
  }
}
