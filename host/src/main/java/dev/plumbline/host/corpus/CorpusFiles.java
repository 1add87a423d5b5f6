package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Task;
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

  /** A header with 21,841 class names of 100 characters has 2 MB. */
  private static final long LARGEST_HEADER = 16L << 20;

  /** A row with verdicts of 1,000 judges has 100 KB. */
  private static final int LONGEST_ROW = 1 << 20;

  /** One with masks has up to some hundred KB for each judge. */
  private static final int LONGEST_ROW_OF_DECISIONS = 16 << 20;

  /** As {@link CorpusInput#seedPicture} names it. */
  private static final Pattern SEED_PICTURE = Pattern.compile("seed-([0-9]+)\\.(?:png|npy)");

  private static final List<Integer> VERSIONS =
      List.of(CorpusHeader.WITHOUT_TASK, CorpusHeader.FORMAT_VERSION);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(InputShapeJson.module())
          .addModule(PreprocessingJson.module())
          .addModule(TaskJson.module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();
  // A row says itself which of its keys it needs.
  private static final ObjectReader ROW =
      JSON.reader().without(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
  private static final ObjectWriter ROW_WRITER = JSON.writer();
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
    byte[] bytes = bytes(folder, HEADER, LARGEST_HEADER);
    try {
      JsonNode tree = JSON.readTree(bytes);
      JsonNode version = tree.path("format_version");
      if (!version.isInt() || !VERSIONS.contains(version.intValue())) {
        throw new BadInputException(
            file
                + " has the format_version "
                + (version.isMissingNode() ? "(none)" : version)
                + ": expected "
                + VERSIONS.stream().map(String::valueOf).collect(Collectors.joining(" or "))
                + ", which are known here");
      }
      if (version.intValue() == CorpusHeader.WITHOUT_TASK) {
        ObjectNode header = (ObjectNode) tree;
        header.put("format_version", CorpusHeader.FORMAT_VERSION);
        header.set("task", JSON.valueToTree(Classification.PLAIN));
      }
      if (tree.path("counts") instanceof ObjectNode counts) {
        // Left out where nothing was refused.
        counts.putIfAbsent("refused", IntNode.valueOf(0));
      }
      return JSON.treeToValue(tree, CorpusHeader.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + " cannot be read as the header of a corpus: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("corpus header", file, e);
    }
  }

  /** A file of the corpus, which may not be a link to one that is not. */
  private static byte[] bytes(Path folder, String name, long most) {
    Path file = folder.resolve(name);
    InputFile.requireInside(folder, file);
    return InputFile.bytes("corpus file", file, most);
  }

  /** Rows in their order; each id is there once, each judge in the header. */
  static List<CorpusInput> readInputs(Path folder, CorpusHeader header) {
    Path file = folder.resolve(INPUTS);
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(folder + " is no whole corpus: it holds no " + INPUTS);
    }
    InputFile.requireInside(folder, file);
    Set<String> judges =
        header.judges().stream().map(JudgeInfo::id).collect(Collectors.toUnmodifiableSet());
    List<CorpusInput> inputs = readRows(file, header.task(), judges);
    if (header.task() instanceof Classification) {
      requireLabels(file, inputs, header.classNames().size());
    }
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
   * @param task of the corpus
   * @param judges who may have a verdict there
   */
  static List<CorpusInput> readRows(Path file, Task task, Set<String> judges) {
    Set<String> ids = new HashSet<>();
    List<CorpusInput> inputs = new ArrayList<>();
    InputFile.lines(
        "corpus file",
        file,
        task instanceof Classification ? LONGEST_ROW : LONGEST_ROW_OF_DECISIONS,
        (line, row) -> {
          CorpusInput input = row(file, task, line, row);
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
          return inputs.add(input);
        });
    return List.copyOf(inputs);
  }

  private static CorpusInput row(Path file, Task task, int line, String row) throws IOException {
    try {
      CorpusInput input =
          task instanceof Classification
              ? ROW.forType(LabelRow.class).<LabelRow>readValue(row).input()
              : ROW.forType(DecisionRow.class).<DecisionRow>readValue(row).input();
      return input.requireFollows(task);
    } catch (JsonProcessingException e) {
      throw badRow(file, line, JsonReason.of(e), e);
    } catch (IllegalArgumentException e) {
      throw badRow(file, line, e.getMessage(), e);
    }
  }

  private static void requireLabels(Path file, List<CorpusInput> inputs, int classes) {
    for (int i = 0; i < inputs.size(); i++) {
      int highest = highestLabel(inputs.get(i));
      if (highest >= classes) {
        throw badRow(
            file,
            i + 1,
            "its label "
                + highest
                + " is none of the "
                + classes
                + " classes that "
                + HEADER
                + " names",
            null);
      }
    }
  }

  /** The highest label in a row of a classification. */
  static int highestLabel(CorpusInput input) {
    return Stream.of(
            Stream.of(input.seedDecision(), input.originalDecision(), input.compressedDecision()),
            input.dataDecision().stream(),
            input.verdicts().values().stream().flatMap(verdict -> verdict.decision().stream()))
        .flatMap(decisions -> decisions)
        .mapToInt(decision -> Label.of(decision).number())
        .max()
        .orElse(0);
  }

  /** Refuses a corpus that lacks the file of a picture or of its seed. */
  static void requirePictures(Path folder, List<CorpusInput> inputs, InputShape shape) {
    Set<String> present;
    InputFile.requireInside(folder, folder.resolve(PICTURES));
    // One listing in place of ten thousand questions.
    try (Stream<Path> files = Files.list(folder.resolve(PICTURES))) {
      present = files.map(file -> PICTURES + "/" + file.getFileName()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new BadInputException(
          folder + " is no whole corpus: its folder " + PICTURES + " cannot be read", e);
    }
    for (CorpusInput input : inputs) {
      for (String picture :
          List.of(input.picture(), CorpusInput.seedPicture(input.seed(), shape))) {
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

  /**
   * An origin that {@link #json(CorpusOrigin)} wrote.
   *
   * @param file what it stands in
   */
  static CorpusOrigin origin(Path file, JsonNode tree) {
    try {
      return JSON.treeToValue(tree, CorpusOrigin.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + " cannot be read as what a search comes from: " + JsonReason.of(e), e);
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
    byte[] bytes = InputFile.bytes("corpus file", file, LARGEST_HEADER);
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + " cannot be read as JSON: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("corpus file", file, e);
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
    Object row = input.seedDecision() instanceof Label ? LabelRow.of(input) : DecisionRow.of(input);
    return (ROW_WRITER.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static BadInputException badRow(Path file, int line, String why, Throwable cause) {
    return new BadInputException(
        file + " line " + line + " cannot be read as an input of the corpus: " + why, cause);
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
