package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The oracle are the files of the source tree. */
class ArchitectureDocumentTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)(\\.[a-z]+)?`");

  @Test
  void everyClassThatTheDocumentNamesIsThere() throws IOException {
    Set<String> named = new TreeSet<>();
    Matcher matcher = CLASS.matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    // If the pattern found nothing, this test would say nothing.
    assertTrue(named.size() > 20, () -> "only " + named);
    Set<String> missing = new TreeSet<>(named);
    missing.removeAll(classes());
    assertEquals(Set.of(), missing);
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> host = Files.walk(ROOT.resolve("host/src"));
        Stream<Path> agent = Files.walk(ROOT.resolve("device-agent/src"))) {
      return Stream.concat(host, agent)
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }
}
