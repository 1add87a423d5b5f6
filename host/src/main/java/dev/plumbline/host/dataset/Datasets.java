package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens data on disk; the kind is recognised. */
public final class Datasets {
  private static final String ARCHIVES = ".*\\.(tar|tgz|tar\\.\\w+|rar|7z)";

  private Datasets() {}

  /**
   * Opens one of
   *
   * <ul>
   *   <li>a folder or zip of {@code [split/]class/…/picture}: ordered by file name, then class; the
   *       classes in alphabetical order are labels 0, 1, …; a zip may have one extra folder at the
   *       top; files of dots and {@code __MACOSX} are ignored; grey pictures have 1 channel, RGB
   *       and palettes 3;
   *   <li>a folder of IDX files {@code train-images-idx3-ubyte[.gz]}, {@code
   *       t10k-images-idx3-ubyte[.gz]}, or one such file, with the labels beside; {@code
   *       classes.txt} beside may name the classes, else they are "0" to "9";
   *   <li>a folder of CIFAR-10 binary batches, or one batch; {@code batches.meta.txt} beside may
   *       name the classes;
   *   <li>CIFAR-10 or CIFAR-100 as pickles of Python, or one batch;
   *   <li>a Parquet file of pictures and labels, or a folder of its shards;
   *   <li>an {@code .npy} or {@code .npz} file of tensors, or a folder with a file for each, in
   *       class folders;
   *   <li>a list of pictures and labels as CSV, TSV, text, JSON or JSON lines, or a folder with
   *       {@code metadata.csv} or {@code metadata.jsonl}.
   * </ul>
   *
   * <p>What fits into memory is read at once, so that a bad picture shows now; a folder with more
   * than half the memory or 1 GiB of pixels is read as pictures are asked for, and a bad picture
   * shows then.
   *
   * @param geometry what makes pictures of the model's resolution of them
   * @throws BadInputException if there is no such data, it is damaged, or it lacks split or range
   */
  public static OpenedData open(DataRequest request, Geometry geometry) {
    Path data = request.data();
    if (!Files.exists(data)) {
      throw new BadInputException(
          data + " does not exist: expected a folder or zip of pictures, IDX or CIFAR-10 files");
    }
    if (Files.isDirectory(data)) {
      if (IdxData.isIn(data)) {
        return sized(IdxData.openFolder(data, request.split()), request, geometry);
      }
      if (CifarBinary.isIn(data)) {
        return sized(CifarBinary.openFolder(data, request.split()), request, geometry);
      }
      if (CifarPickle.isIn(data)) {
        return sized(CifarPickle.openFolder(data, request.split()), request, geometry);
      }
      FolderSource source = new FolderSource(data);
      if (source.pictures().isEmpty()
          && source.leftOut().kinds().keySet().stream().anyMatch(TensorFiles::isName)) {
        requireNoGeometry(data, geometry);
        return TensorFiles.openFolder(new FolderSource(data, TensorFiles::isName), data, request);
      }
      if (source.pictures().isEmpty() && source.leftOut().kinds().containsKey(".parquet")) {
        return ParquetData.openFolder(
            new FolderSource(data, ParquetData::isName), request, geometry);
      }
      Optional<OpenedData> listed = ImageFolderMetadata.open(data, source, request, geometry);
      if (listed.isPresent()) {
        return listed.get();
      }
      return EncodedDataset.open(
          source, listing(source, request), request, geometry, MemoryDataset.mostBytes(), true);
    }
    RegularFile.require(data);
    String name = data.getFileName().toString().toLowerCase(Locale.ROOT);
    if (TensorFiles.isName(name)) {
      refuseSplit(request, name.startsWith("train") ? Split.TRAIN : Split.TEST);
      requireNoGeometry(data, geometry);
      Dataset whole = TensorFiles.openFile(data, request);
      Dataset ruled = RuledLabels.of(whole, request.labels(), data.toString());
      return new OpenedData(
          range(ruled, request.range(), data.toString()), LeftOut.nothing(), Optional.empty());
    }
    byte[] start = start(data);
    if (name.endsWith(".zip") || start.length > 1 && start[0] == 'P' && start[1] == 'K') {
      try (ZipSource zip = new ZipSource(data)) {
        return EncodedDataset.open(
            zip, listing(zip, request), request, geometry, MemoryDataset.mostBytes(), false);
      }
    }
    if (name.matches(ARCHIVES)) {
      throw new BadInputException(
          data
              + " is an archive that is not read: expected a zip, or the folder that it unpacks"
              + " to");
    }
    if (name.endsWith(".bin")) {
      refuseSplit(request, name.startsWith("test") ? Split.TEST : Split.TRAIN);
      return sized(CifarBinary.openFile(data), request, geometry);
    }
    if (name.endsWith("-ubyte") || name.endsWith(".gz") || startsLikeIdx(start)) {
      boolean train = name.startsWith(IdxData.prefix(Split.TRAIN));
      refuseSplit(request, train ? Split.TRAIN : Split.TEST);
      return sized(IdxData.openFile(data), request, geometry);
    }
    if (CifarPickle.isBatch(data)) {
      refuseSplit(request, CifarPickle.splitOf(data));
      return sized(CifarPickle.openFile(data), request, geometry);
    }
    if (ParquetData.isName(name)) {
      refuseSplit(request, name.startsWith("train") ? Split.TRAIN : Split.TEST);
      return ParquetData.open(List.of(data), request, geometry);
    }
    if (PictureList.isName(name)) {
      return ListedPictures.open(PictureList.read(data), request, geometry);
    }
    throw new BadInputException(
        data
            + " is no data known here: it starts with "
            + FirstBytes.of(start)
            + ", expected a folder or zip of pictures, a list of them, an IDX, a CIFAR or a Parquet"
            + " file, or tensors as .npy or .npz");
  }

  /** As {@link #open(DataRequest, Geometry)}, with the data's own labels. */
  public static Dataset open(Path data, Split split, Range range, Geometry geometry) {
    DataRequest request = new DataRequest(data, split, range, LabelRules.own(), null, false);
    return open(request, geometry).pictures();
  }

  /** Likewise, of pictures as they are decoded. */
  public static Dataset open(Path data, Split split, Range range) {
    return open(data, split, range, Geometry.none());
  }

  private static Listing listing(PictureSource source, DataRequest request) {
    return request.labels().unlabelled()
        ? ClassFolders.unlabelled(source, request.split())
        : ClassFolders.in(source, request.split());
  }

  /**
   * A view of some pictures; index 0 of the view is {@code range.from()} of the data.
   *
   * @throws BadInputException if the range reaches past the data
   */
  public static Dataset range(Dataset data, Range range) {
    return range(data, range, "the data");
  }

  /**
   * Some inputs of a data set.
   *
   * @param picked their numbers, in the order in which they are to come
   */
  public static Dataset picked(Dataset data, List<Integer> picked) {
    return new PickedDataset(data, picked);
  }

  private static Dataset range(Dataset data, Range range, String name) {
    if (range == null) {
      return data;
    }
    return new RangeDataset(data, range.from(), range.end(data.size(), name) - range.from());
  }

  private static OpenedData sized(Dataset decoded, DataRequest request, Geometry geometry) {
    String name = request.data().toString();
    Dataset ruled = RuledLabels.of(decoded, request.labels(), name);
    return new OpenedData(
        GeometryDataset.of(range(ruled, request.range(), name), geometry),
        LeftOut.nothing(),
        Optional.empty());
  }

  private static void requireNoGeometry(Path data, Geometry geometry) {
    if (geometry.sizing().isPresent() || geometry.crop().isPresent()) {
      throw new BadInputException(
          data + " holds tensors, which are not resized or cropped: expected pictures, or neither");
    }
  }

  /** A file is one split; the one asked for must be it. */
  private static void refuseSplit(DataRequest request, Split is) {
    if (request.split() != null && request.split() != is) {
      throw new BadInputException(
          request.data()
              + " has no split '"
              + request.split()
              + "': a file alone is one split, expected its folder");
    }
  }

  private static boolean startsLikeIdx(byte[] start) {
    return start.length >= 4 && start[0] == 0 && start[1] == 0 && start[2] == 8;
  }

  private static byte[] start(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(8);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
