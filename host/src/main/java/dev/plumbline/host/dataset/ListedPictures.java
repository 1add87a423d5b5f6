package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Pictures that a list names, all of them inside one folder. */
final class ListedPictures implements PictureSource {
  private static final List<String> ENDINGS = List.of(".JPEG", ".jpg", ".jpeg", ".png", ".JPG");

  private final Path list;
  private final Path root;
  private final Path realRoot;
  private final Set<String> pictures = new HashSet<>();
  private final LeftOut leftOut;

  private ListedPictures(Path list, Path root, LeftOut leftOut) {
    this.list = list;
    this.root = root;
    this.leftOut = leftOut;
    try {
      realRoot = root.toRealPath();
    } catch (IOException e) {
      throw new BadInputException(
          root + " cannot be read as a folder of pictures: " + IoReason.of(e), e);
    }
  }

  /**
   * Opens a list.
   *
   * @throws BadInputException if it names a path outside of the folder
   */
  static OpenedData open(PictureList list, DataRequest request, Geometry geometry) {
    if (request.split() != null) {
      throw new BadInputException(
          list.file() + " has no split '" + request.split() + "': a list is one split");
    }
    Path root = request.listRoot() == null ? folder(list.file()) : request.listRoot();
    return open(withPaths(list, root), root, LeftOut.nothing(), request, geometry);
  }

  private static Path folder(Path file) {
    return file.getParent() == null ? Path.of(".") : file.getParent();
  }

  /**
   * Likewise, of a folder with a list in it.
   *
   * @param leftOut what is in the folder beside
   */
  static OpenedData open(
      PictureList list, Path root, LeftOut leftOut, DataRequest request, Geometry geometry) {
    int files = Math.max(list.rows().size(), leftOut.files());
    ListedPictures source =
        new ListedPictures(
            list.file(), root, new LeftOut(files, leftOut.kinds(), leftOut.broken()));
    NamedLabels labels =
        NamedLabels.of(
            list.rows().stream().map(PictureList.Row::label).toList(),
            request.labels(),
            list.file().toString());
    List<Listing.Item> items = new ArrayList<>();
    for (int i = 0; i < list.rows().size(); i++) {
      String path = list.rows().get(i).path().replace('\\', '/');
      source.requireInside(path);
      path = source.withEnding(path);
      source.pictures.add(path);
      items.add(new Listing.Item(path, labels.labels()[i]));
    }
    return EncodedDataset.open(
        source,
        new Listing(labels.names(), items, source.leftOut()),
        request,
        geometry,
        MemoryDataset.mostBytes(),
        true);
  }

  /**
   * ImageNet's list of labels alone goes with the files of a folder in the order of their names.
   */
  private static PictureList withPaths(PictureList list, Path root) {
    if (list.rows().stream().noneMatch(row -> row.path().isEmpty())) {
      return list;
    }
    List<String> paths = new FolderSource(root).pictures().stream().sorted().toList();
    if (paths.size() != list.rows().size()) {
      throw new BadInputException(
          list.file()
              + " lists "
              + list.rows().size()
              + " labels for the "
              + paths.size()
              + " pictures of "
              + root
              + ": expected as many, or a path on each line");
    }
    List<PictureList.Row> rows = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      rows.add(new PictureList.Row(paths.get(i), list.rows().get(i).label()));
    }
    return new PictureList(list.file(), rows);
  }

  /** Lists such as Kaggle's name pictures without the endings that their files have. */
  private String withEnding(String path) {
    if (PictureFormat.isName(path) || Files.exists(root.resolve(path))) {
      return path;
    }
    return ENDINGS.stream()
        .map(ending -> path + ending)
        .filter(file -> Files.exists(root.resolve(file)))
        .findFirst()
        .orElse(path);
  }

  private void requireInside(String path) {
    if (path.matches("[A-Za-z]:/.*")) {
      throw new BadInputException(
          list
              + " names '"
              + path
              + "', an absolute path of Windows: expected paths inside "
              + root
              + ", or --list-root FOLDER");
    }
    Path folder = root.toAbsolutePath().normalize();
    try {
      if (folder.resolve(path).normalize().startsWith(folder)) {
        return;
      }
    } catch (InvalidPathException e) {
      throw new BadInputException(list + " names '" + path + "': expected a path", e);
    }
    throw new BadInputException(
        list
            + " names '"
            + path
            + "', which lies outside of "
            + root
            + ": expected paths inside it, or --list-root FOLDER");
  }

  @Override
  public String name() {
    return root.toString();
  }

  @Override
  public Set<String> pictures() {
    return pictures;
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
    Path file = root.resolve(path);
    if (!Files.exists(file)) {
      throw new BadInputException(
          list + " lists '" + path + "', which is not in " + root + ": expected a picture there");
    }
    try {
      if (!file.toRealPath().startsWith(realRoot)) {
        throw new BadInputException(
            file + " is a link out of " + root + ": expected a file inside it");
      }
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
    return RegularFile.read(file, DecodeBounds.MAX_FILE);
  }
}
