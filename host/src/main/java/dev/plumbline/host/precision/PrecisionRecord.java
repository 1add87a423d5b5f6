package dev.plumbline.host.precision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.onnx.RunLatency;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a study keeps in its folder, so that one which was cut off goes on: latencies are another
 * each time they are measured, and what is searched depends on them.
 *
 * @param key what all of it depends on, by name
 * @param worthiest names of layers that were chosen by worth and cost, each set with those of the
 *     one before
 * @param latencies by candidate
 * @param devices what devices measured, by device
 */
record PrecisionRecord(
    Map<String, String> key,
    List<List<String>> worthiest,
    Map<String, RunLatency> latencies,
    Map<String, LatencyJudge.Measured> devices) {
  private static final String NAME = "latencies.json";
  private static final long LARGEST_FILE = 1L << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * What a folder holds of the same study.
   *
   * @return empty if the folder is empty or not there
   * @throws BadInputException if it holds anything else
   */
  static Optional<PrecisionRecord> in(Path folder, Map<String, String> key) {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      requireEmpty(folder);
      return Optional.empty();
    }
    byte[] bytes = InputFile.bytes("latencies", file, LARGEST_FILE);
    PrecisionRecord found;
    try {
      found = JSON.readValue(bytes, PrecisionRecord.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException("file " + file + " cannot be read: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("latencies", file, e);
    }
    if (!found.key().equals(key)) {
      throw new BadInputException(
          "folder "
              + folder
              + " holds candidates of other models, data or settings, expected an empty folder or"
              + " none");
    }
    return Optional.of(found);
  }

  private static void requireEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(folder + " is a file, expected a folder or nothing there");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new BadInputException(
            "folder " + folder + " holds other files, expected an empty folder or none");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("folder " + folder + " cannot be read", e);
    }
  }

  void write(Path folder) {
    WholeFile.write(folder.resolve(NAME), out -> out.write(JSON.writeValueAsBytes(this)));
  }
}
