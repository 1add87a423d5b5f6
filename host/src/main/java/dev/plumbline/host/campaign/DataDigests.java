package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.DataDigest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What parts of a job's data hold; each path is read once, whatever the number of its parts. */
final class DataDigests {
  private final Map<Path, String> byPath = new HashMap<>();

  /** The same for the same part of data with the same content, wherever that lies. */
  String of(CampaignConfig.DataConfig data) {
    return String.join(
        " ",
        content(data.data()),
        data.split().toString(),
        data.range().toString(),
        content(data.classes()),
        content(data.labelMap()),
        data.labelOffset().toString(),
        content(data.listRoot()),
        data.unlabelled().toString(),
        data.skipBroken().toString());
  }

  /** Of a file or folder. */
  String of(Path file) {
    return content(file);
  }

  private String content(Optional<Path> file) {
    return file.map(this::content).orElse("");
  }

  private String content(Path file) {
    return byPath.computeIfAbsent(file, DataDigest::of);
  }
}
