package dev.plumbline.agent.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The oracle is the XDG base directory specification, 0.8. */
class UserFoldersTest {
  private static UserFolders with(Map<String, String> environment) {
    return new UserFolders(environment, "/java/home");
  }

  @Test
  void theVariablesOfTheSpecificationComeFirst() {
    UserFolders folders =
        with(Map.of("XDG_DATA_HOME", "/d", "XDG_CACHE_HOME", "/c", "HOME", "/home/ada"));
    assertEquals(Path.of("/d/plumbline"), folders.data());
    assertEquals(Path.of("/c/plumbline"), folders.cache());
  }

  @Test
  void homeComesBeforeWhatJavaTakesForIt() {
    UserFolders folders = with(Map.of("HOME", "/home/ada", "XDG_DATA_HOME", ""));
    assertEquals(Path.of("/home/ada/.local/share/plumbline"), folders.data());
    assertEquals(Path.of("/home/ada/.cache/plumbline"), folders.cache());
  }

  @Test
  void withoutHomeJavasUserHomeServes() {
    assertEquals(Path.of("/java/home/.cache/plumbline"), with(Map.of()).cache());
  }

  @Test
  void aRelativePathIsIgnored() {
    assertEquals(
        Path.of("/home/ada/.cache/plumbline"),
        with(Map.of("HOME", "/home/ada", "XDG_CACHE_HOME", "cache")).cache());
  }
}
