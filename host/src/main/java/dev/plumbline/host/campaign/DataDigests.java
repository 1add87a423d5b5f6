package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.DataDigest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What parts of a job's data hold; each path is read once, whatever the number of its parts. */
final class DataDigests {
  private final Map<Path, String> byPath = new HashMap<>();

  /** The same for the same part of data with the same content, wherever that lies. */
  String of(CampaignConfig.DataConfig data) {
    return byPath.computeIfAbsent(data.data(), DataDigest::of)
        + data.split().map(split -> " " + split).orElse("")
        + data.range().map(range -> " " + range).orElse("");
  }
}
