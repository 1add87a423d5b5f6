package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Opens data on disk; the kind is recognised. */
public final class Datasets {
  private Datasets() {}

  /**
   * Opens one of
   *
   * <ul>
   *   <li>a folder or zip of {@code [split/]class/*.png|jpg|jpeg}: ordered by file name, then
   *       class; the classes in alphabetical order are labels 0, 1, …; a zip may have one extra
   *       folder at the top; files of dots and {@code __MACOSX} are ignored; grey pictures have 1
   *       channel, RGB and palettes 3; transparency and 16 bits are refused;
   *   <li>a folder of IDX files {@code train-images-idx3-ubyte[.gz]}, {@code
   *       t10k-images-idx3-ubyte[.gz]}, or one such file, with the labels beside; {@code
   *       classes.txt} beside may name the classes, else they are "0" to "9";
   *   <li>a folder of CIFAR-10 binary batches, or one batch; {@code batches.meta.txt} beside may
   *       name the classes.
   * </ul>
   *
   * <p>What fits into memory is read at once, so that a bad picture shows now; a folder with more
   * than half the memory or 1 GiB of pixels is read as pictures are asked for, and a bad picture
   * shows then.
   *
   * @param data a file or folder
   * @param split which one, or null for the whole: train then test, or data without splits
   * @param range which pictures of that, or null for all
   * @param geometry what makes pictures of the model's resolution of them
   * @throws BadInputException if there is no such data, it is damaged, or it lacks split or range
   */
  public static Dataset open(Path data, Split split, Range range, Geometry geometry) {
    if (!Files.exists(data)) {
      throw new BadInputException(
          data + " does not exist: expected a folder or zip of pictures, IDX or CIFAR-10 files");
    }
    if (Files.isDirectory(data)) {
      if (IdxData.isIn(data)) {
        return sized(IdxData.openFolder(data, split), range, data, geometry);
      }
      if (CifarBinary.isIn(data)) {
        return sized(CifarBinary.openFolder(data, split), range, data, geometry);
      }
      return EncodedDataset.openFolder(data, split, range, geometry);
    }
    String name = data.getFileName().toString().toLowerCase(Locale.ROOT);
    byte[] start = start(data);
    if (name.endsWith(".zip") || start.length > 1 && start[0] == 'P' && start[1] == 'K') {
      return EncodedDataset.openZip(data, split, range, geometry);
    }
    if (name.endsWith(".bin")) {
      refuseSplit(data, split, name.startsWith("test") ? Split.TEST : Split.TRAIN);
      return sized(CifarBinary.openFile(data), range, data, geometry);
    }
    if (name.endsWith("-ubyte") || name.endsWith(".gz") || startsLikeIdx(start)) {
      boolean train = name.startsWith(IdxData.prefix(Split.TRAIN));
      refuseSplit(data, split, train ? Split.TRAIN : Split.TEST);
      return sized(IdxData.openFile(data), range, data, geometry);
    }
    throw new BadInputException(
        data
            + " is no data known here: it starts with "
            + FirstBytes.of(start)
            + ", expected a folder or zip of pictures, an IDX or a CIFAR-10 file");
  }

  /** As {@link #open(Path, Split, Range, Geometry)}, of pictures as they are decoded. */
  public static Dataset open(Path data, Split split, Range range) {
    return open(data, split, range, Geometry.none());
  }

  /**
   * A view of some pictures; index 0 of the view is {@code range.from()} of the data.
   *
   * @throws BadInputException if the range reaches past the data
   */
  public static Dataset range(Dataset data, Range range) {
    return range(data, range, "the data");
  }

  private static Dataset range(Dataset data, Range range, String name) {
    if (range == null) {
      return data;
    }
    return new RangeDataset(data, range.from(), range.end(data.size(), name) - range.from());
  }

  private static Dataset sized(Dataset decoded, Range range, Path data, Geometry geometry) {
    return GeometryDataset.of(range(decoded, range, data.toString()), geometry);
  }

  /** A file is one split; the one asked for must be it. */
  private static void refuseSplit(Path file, Split asked, Split is) {
    if (asked != null && asked != is) {
      throw new BadInputException(
          file + " has no split '" + asked + "': a file alone is one split, expected its folder");
    }
  }

  private static boolean startsLikeIdx(byte[] start) {
    return start.length >= 4 && start[0] == 0 && start[1] == 0 && start[2] == 8;
  }

  private static byte[] start(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(8);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e, e);
    }
  }
}
