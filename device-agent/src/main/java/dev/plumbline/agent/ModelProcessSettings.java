package dev.plumbline.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the process that runs models has to know, as the words of its command line.
 *
 * @param socket on which the agent waits for it
 * @param providers as {@link ProviderOrder#parse} reads them
 */
record ModelProcessSettings(
    Path socket,
    Path modelFolder,
    String providers,
    int threads,
    Optional<Path> libraries,
    Bounds bounds,
    Duration longestRun) {

  private static final int WORDS = 13;

  List<String> toArguments() {
    return List.of(
        socket.toString(),
        modelFolder.toAbsolutePath().toString(),
        providers,
        Integer.toString(threads),
        libraries.map(Path::toString).orElse(""),
        Long.toString(bounds.maxModelBytes()),
        Long.toString(bounds.maxStoreBytes()),
        Integer.toString(bounds.maxBatch()),
        Integer.toString(bounds.maxBatchBytes()),
        Integer.toString(bounds.maxSessions()),
        Integer.toString(bounds.maxWorkCalls()),
        bounds.silence().toString(),
        longestRun.toString());
  }

  static ModelProcessSettings parse(List<String> words) {
    if (words.size() != WORDS) {
      throw new IllegalArgumentException(words.size() + " words; expected " + WORDS);
    }
    return new ModelProcessSettings(
        Path.of(words.get(0)),
        Path.of(words.get(1)),
        words.get(2),
        Integer.parseInt(words.get(3)),
        words.get(4).isEmpty() ? Optional.empty() : Optional.of(Path.of(words.get(4))),
        new Bounds(
            Long.parseLong(words.get(5)),
            Long.parseLong(words.get(6)),
            Integer.parseInt(words.get(7)),
            Integer.parseInt(words.get(8)),
            Integer.parseInt(words.get(9)),
            Integer.parseInt(words.get(10)),
            Duration.parse(words.get(11))),
        Duration.parse(words.get(12)));
  }
}
