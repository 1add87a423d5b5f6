package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file {@code seeds.jsonl}: which inputs a search began from, each with its global number and
 * the SHA-256 of its pixels or numbers, in the order of the numbers. Corpora from before seeds had
 * global numbers have none.
 */
final class SeedFile {
  static final String NAME = "seeds.jsonl";

  /** A line has some 90 characters. */
  private static final int LONGEST_LINE = 1000;

  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectReader READER =
      JSON.readerFor(Line.class).with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private record Line(int seed, String sha256) {
    Line {
      Sha256.require(sha256);
      if (seed < 0) {
        throw new IllegalArgumentException("a seed below 0");
      }
    }
  }

  private SeedFile() {}

  /**
   * @param seeds SHA-256 of each, by number
   */
  static void write(Path folder, SortedMap<Integer, String> seeds) {
    WholeFile.write(
        folder.resolve(NAME),
        out -> {
          for (Map.Entry<Integer, String> seed : seeds.entrySet()) {
            String line = JSON.writeValueAsString(new Line(seed.getKey(), seed.getValue()));
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /**
   * SHA-256 of each seed, by number; empty in older corpora.
   *
   * @throws BadInputException if a line is none, or a seed is there twice
   */
  static SortedMap<Integer, String> read(Path folder) {
    SortedMap<Integer, String> seeds = new TreeMap<>();
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return seeds;
    }
    InputFile.requireInside(folder, file);
    InputFile.lines(
        "corpus file",
        file,
        LONGEST_LINE,
        (number, text) -> {
          Line line = line(file, number, text);
          if (seeds.put(line.seed(), line.sha256()) != null) {
            throw bad(file, number, "seed " + line.seed() + " was there before", null);
          }
          return true;
        });
    return seeds;
  }

  private static Line line(Path file, int number, String text) {
    try {
      return READER.readValue(text);
    } catch (JsonProcessingException e) {
      throw bad(file, number, JsonReason.of(e), e);
    }
  }

  private static BadInputException bad(Path file, int line, String why, Throwable cause) {
    return new BadInputException(
        file + " line " + line + " cannot be read as a seed of the corpus: " + why, cause);
  }
}
