package dev.plumbline.agent.machine;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a user's programs keep things, by the XDG base directory specification. Host, agent and
 * emulator ask here, so that {@code HOME}, {@code XDG_DATA_HOME} and {@code XDG_CACHE_HOME} mean
 * the same to each. Java's {@code user.home} ignores {@code HOME} and serves where that is not set.
 */
public record UserFolders(Map<String, String> environment, String userHome) {
  private static final String OURS = "plumbline";

  /** Those of the user who runs this program. */
  public static UserFolders ofThisUser() {
    return new UserFolders(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * What a user would miss: {@code $XDG_DATA_HOME/plumbline} or {@code ~/.local/share/plumbline}.
   */
  public Path data() {
    return base("XDG_DATA_HOME", Path.of(".local", "share")).resolve(OURS);
  }

  /** What can be made again: {@code $XDG_CACHE_HOME/plumbline} or {@code ~/.cache/plumbline}. */
  public Path cache() {
    return base("XDG_CACHE_HOME", Path.of(".cache")).resolve(OURS);
  }

  /** The specification has relative paths ignored. */
  private Path base(String variable, Path below) {
    String chosen = environment.getOrDefault(variable, "");
    if (!chosen.isBlank() && Path.of(chosen).isAbsolute()) {
      return Path.of(chosen);
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isBlank() ? userHome : home).resolve(below).toAbsolutePath();
  }
}
