package dev.plumbline.host.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder as Hugging Face's {@code imagefolder}: {@code metadata.jsonl} or {@code metadata.csv} in
 * it, or in the folders of its splits, names pictures and their labels.
 */
final class ImageFolderMetadata {
  private static final List<String> NAMES = List.of("metadata.jsonl", "metadata.csv");

  private ImageFolderMetadata() {}

  /** Empty where there is no such file, or where it has no labels and the folders may tell them. */
  static Optional<OpenedData> open(
      Path folder, FolderSource source, DataRequest request, Geometry geometry) {
    List<PictureList.Row> rows = new ArrayList<>();
    LeftOut leftOut = source.leftOut();
    Path last = null;
    for (String prefix : prefixes(source, request.split())) {
      for (String name : NAMES) {
        Path file = folder.resolve(prefix + name);
        if (Files.isRegularFile(file)) {
          last = file;
          leftOut = leftOut.withoutOne(LeftOut.kind(name));
          for (PictureList.Row row : PictureList.read(file).rows()) {
            rows.add(new PictureList.Row(prefix + row.path(), row.label()));
          }
          break;
        }
      }
    }
    if (last == null || request.labels().unlabelled()) {
      return Optional.empty();
    }
    PictureList list = new PictureList(last, rows);
    if (!list.isLabelled()) {
      return Optional.empty();
    }
    int unlisted = Math.max(0, source.pictures().size() - rows.size());
    leftOut = leftOut.with(LeftOut.UNLISTED, unlisted);
    return Optional.of(ListedPictures.open(list, folder, leftOut, request, geometry));
  }

  /** Where such a file may lie: the top holds all splits, train comes first. */
  private static List<String> prefixes(PictureSource source, Split split) {
    List<String> prefixes = new ArrayList<>();
    if (split == null) {
      prefixes.add("");
    }
    for (Split each : Split.values()) {
      if (split == null || split == each) {
        ClassFolders.folders(source, each).forEach(name -> prefixes.add(name + "/"));
      }
    }
    return prefixes;
  }
}
