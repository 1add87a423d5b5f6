package dev.plumbline.host.emulation;

import java.nio.file.Path;

/** Where things are kept that can be made again. */
final class CacheFolder {
  private CacheFolder() {}

  /** {@code $XDG_CACHE_HOME/plumbline} or {@code ~/.cache/plumbline}. */
  static Path path() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("plumbline").toAbsolutePath();
  }
}
