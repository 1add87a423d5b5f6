package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parquet files of one data set, one after the other, as a source of pictures. */
final class ParquetData implements PictureSource {
  private static final String ENDING = ".parquet";

  private final String name;
  private final List<ParquetPictures> shards;
  private final LeftOut leftOut;

  private ParquetData(String name, List<ParquetPictures> shards, LeftOut leftOut) {
    this.name = name;
    this.shards = shards;
    this.leftOut = leftOut;
  }

  static boolean isName(String fileName) {
    return fileName.toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  /**
   * A folder of shards, such as {@code data/train-00000-of-00002.parquet}.
   *
   * @param files those of the folder
   */
  static OpenedData openFolder(FolderSource files, DataRequest request, Geometry geometry) {
    List<String> paths = new ArrayList<>();
    for (Split split : Split.values()) {
      if (request.split() == null || request.split() == split) {
        paths.addAll(ofSplit(files, split));
      }
    }
    if (request.split() == null) {
      files.pictures().stream().filter(path -> !paths.contains(path)).forEach(paths::add);
    }
    if (paths.isEmpty()) {
      throw new BadInputException(
          files.name()
              + " has no split '"
              + request.split()
              + "': expected files "
              + request.split()
              + "-*.parquet in it");
    }
    return open(
        paths.stream().map(path -> request.data().resolve(path)).toList(), request, geometry);
  }

  /** Files of a split: the first of its names that any file begins with. */
  private static List<String> ofSplit(FolderSource files, Split split) {
    for (String word : ClassFolders.folderNames(split)) {
      List<String> paths =
          files.pictures().stream()
              .filter(path -> path.matches("(?i)(?:.*/)?" + word + "[-._/].*"))
              .toList();
      if (!paths.isEmpty()) {
        return paths;
      }
    }
    return List.of();
  }

  static OpenedData open(List<Path> files, DataRequest request, Geometry geometry) {
    String data = request.data().toString();
    List<ParquetPictures> shards = files.stream().map(ParquetPictures::new).toList();
    List<String> words = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    for (int shard = 0; shard < shards.size(); shard++) {
      ParquetPictures rows = shards.get(shard);
      if (!rows.classNames().equals(shards.get(0).classNames())) {
        throw new BadInputException(
            files.get(shard) + " has other classes than " + files.get(0) + ": expected the same");
      }
      for (int row = 0; row < rows.size(); row++) {
        paths.add(shard + "/" + row);
      }
      if (!request.labels().unlabelled()) {
        words.addAll(rows.labels());
      }
    }
    if (paths.isEmpty()) {
      throw new BadInputException(data + " has no rows: expected a picture in each");
    }
    if (request.labels().unlabelled()) {
      paths.forEach(path -> words.add(null));
    }
    NamedLabels labels = NamedLabels.of(words, request.labels(), data);
    List<String> names = names(labels, shards.get(0).classNames(), data);
    List<Listing.Item> items = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      items.add(new Listing.Item(paths.get(i), labels.labels()[i]));
    }
    LeftOut nothing = new LeftOut(paths.size(), LeftOut.nothing().kinds(), 0);
    return EncodedDataset.open(
        new ParquetData(data, shards, nothing),
        new Listing(names, items, nothing),
        request,
        geometry,
        MemoryDataset.mostBytes(),
        true);
  }

  private static List<String> names(NamedLabels labels, List<String> classNames, String data) {
    if (classNames.isEmpty() || labels.names().isEmpty()) {
      return labels.names();
    }
    if (labels.names().size() > classNames.size()) {
      throw new BadInputException(
          data
              + " has the label "
              + (labels.names().size() - 1)
              + " and names "
              + classNames.size()
              + " classes: expected labels below that");
    }
    return classNames;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> pictures() {
    return Set.of();
  }

  @Override
  public Set<String> folders() {
    return Set.of();
  }

  @Override
  public LeftOut leftOut() {
    return leftOut;
  }

  @Override
  public byte[] read(String path) {
    String[] parts = path.split("/");
    return shards.get(Integer.parseInt(parts[0])).read(Integer.parseInt(parts[1]));
  }
}
