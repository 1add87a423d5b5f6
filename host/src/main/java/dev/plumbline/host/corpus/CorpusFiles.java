package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JSON files of a corpus, written in UTF-8 and read strictly: a key that is unknown, missing or
 * given twice is an error, as it would else be a fact that goes unnoticed.
 */
final class CorpusFiles {
  static final String HEADER = "corpus.json";
  static final String INPUTS = "inputs.jsonl";
  static final String PICTURES = "pictures";

  /** As {@link CorpusInput#seedPicture} names it. */
  private static final Pattern SEED_PICTURE = Pattern.compile("seed-([0-9]+)\\.png");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(PreprocessingJson.module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();
  // A row says itself which of its keys it needs.
  private static final ObjectReader ROW =
      JSON.readerFor(CorpusInput.class)
          .without(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
  private static final ObjectWriter ROW_WRITER = JSON.writerFor(CorpusInput.class);
  private static final ObjectWriter HEADER_WRITER =
      JSON.writerFor(CorpusHeader.class)
          .with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private CorpusFiles() {}

  static CorpusHeader readHeader(Path folder) {
    Path file = folder.resolve(HEADER);
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(folder + " is no folder: expected a corpus");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(folder + " is no corpus: it holds no " + HEADER);
    }
    try {
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      JsonNode version = tree.path("format_version");
      if (!version.isInt() || version.intValue() != CorpusHeader.FORMAT_VERSION) {
        throw new BadInputException(
            file
                + " has the format_version "
                + (version.isMissingNode() ? "(none)" : version)
                + ": expected "
                + CorpusHeader.FORMAT_VERSION
                + ", the only one known here");
      }
      if (tree.path("counts") instanceof ObjectNode counts) {
        // Left out where nothing was refused.
        counts.putIfAbsent("refused", IntNode.valueOf(0));
      }
      return JSON.treeToValue(tree, CorpusHeader.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + " cannot be read as the header of a corpus: " + why(e), e);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e, e);
    }
  }

  /** Rows in their order; each id is there once, each judge in the header. */
  static List<CorpusInput> readInputs(Path folder, CorpusHeader header) {
    Path file = folder.resolve(INPUTS);
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(folder + " is no whole corpus: it holds no " + INPUTS);
    }
    Set<String> judges =
        header.judges().stream().map(JudgeInfo::id).collect(Collectors.toUnmodifiableSet());
    List<CorpusInput> inputs = readRows(file, judges);
    if (inputs.size() != header.kept()) {
      throw new BadInputException(
          file
              + " has "
              + inputs.size()
              + " rows: expected "
              + header.kept()
              + ", as "
              + HEADER
              + " says");
    }
    return inputs;
  }

  /**
   * Rows of a file in their order.
   *
   * @param judges who may have a verdict there
   */
  static List<CorpusInput> readRows(Path file, Set<String> judges) {
    Set<String> ids = new HashSet<>();
    List<CorpusInput> inputs = new ArrayList<>();
    int line = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String row = reader.readLine(); row != null; row = reader.readLine()) {
        line++;
        CorpusInput input = ROW.readValue(row);
        if (!ids.add(input.id())) {
          throw badRow(file, line, "its id '" + input.id() + "' was there before", null);
        }
        if (!judges.containsAll(input.verdicts().keySet())) {
          throw badRow(
              file,
              line,
              "of its judges " + input.verdicts().keySet() + " " + HEADER + " names " + judges,
              null);
        }
        inputs.add(input);
      }
    } catch (JsonProcessingException e) {
      throw badRow(file, line, why(e), e);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read after line " + line + ": " + e, e);
    }
    return List.copyOf(inputs);
  }

  /** Refuses a corpus that lacks the file of a picture or of its seed. */
  static void requirePictures(Path folder, List<CorpusInput> inputs) {
    Set<String> present;
    // One listing in place of ten thousand questions.
    try (Stream<Path> files = Files.list(folder.resolve(PICTURES))) {
      present = files.map(file -> PICTURES + "/" + file.getFileName()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new BadInputException(
          folder + " is no whole corpus: its folder " + PICTURES + " cannot be read", e);
    }
    for (CorpusInput input : inputs) {
      for (String picture : List.of(input.picture(), CorpusInput.seedPicture(input.seed()))) {
        if (!present.contains(picture)) {
          throw new BadInputException(
              folder
                  + " is no whole corpus: the input "
                  + input.id()
                  + " needs "
                  + picture
                  + ", which is missing");
        }
      }
    }
  }

  /** The origin alone, for an unfinished corpus. */
  static byte[] json(CorpusOrigin origin) {
    try {
      return JSON.writeValueAsBytes(origin);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an origin that cannot be written as JSON", e);
    }
  }

  /** The origin as it will be read back, where 0.1f and 0.1 are the same number. */
  static JsonNode tree(CorpusOrigin origin) {
    try {
      return JSON.readTree(json(origin));
    } catch (IOException e) {
      throw new IllegalStateException("an origin that cannot be read back", e);
    }
  }

  static JsonNode readTree(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  static void writeHeader(Path folder, CorpusHeader header) {
    WholeFile.write(
        folder.resolve(HEADER),
        out -> {
          out.write(HEADER_WRITER.writeValueAsBytes(header));
          out.write('\n');
        });
  }

  static void writeInputs(Path folder, List<CorpusInput> inputs) {
    WholeFile.write(
        folder.resolve(INPUTS),
        out -> {
          for (CorpusInput input : inputs) {
            out.write(row(input));
          }
        });
  }

  /** One line, its end included. */
  static byte[] row(CorpusInput input) throws IOException {
    return (ROW_WRITER.writeValueAsString(input) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static BadInputException badRow(Path file, int line, String why, Throwable cause) {
    return new BadInputException(
        file + " line " + line + " cannot be read as an input of the corpus: " + why, cause);
  }

  /** What Jackson says, without its advice on how to configure Jackson, and where. */
  private static String why(JsonProcessingException e) {
    String said =
        e instanceof ValueInstantiationException && e.getCause() != null
            ? String.valueOf(e.getCause().getMessage())
            : e.getOriginalMessage();
    String why = said.lines().findFirst().orElse("unknown reason");
    int advice = why.indexOf(" (set ");
    why = advice < 0 ? why : why.substring(0, advice);
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      String where =
          mapping.getPath().stream()
              .map(part -> part.getFieldName() == null ? "" + part.getIndex() : part.getFieldName())
              .collect(Collectors.joining("."));
      why = "in '" + where + "': " + why;
    }
    return why;
  }

  /** Numbers of the seeds whose pictures a folder holds. */
  static Set<Integer> seedsIn(Path folder) throws IOException {
    Set<Integer> seeds = new HashSet<>();
    try (Stream<Path> pictures = Files.list(folder.resolve(PICTURES))) {
      for (Path picture : (Iterable<Path>) pictures::iterator) {
        Matcher seed = SEED_PICTURE.matcher(picture.getFileName().toString());
        if (seed.matches()) {
          seeds.add(Integer.valueOf(seed.group(1)));
        }
      }
    }
    return seeds;
  }
}
