package dev.plumbline.host.searchjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.search.SearchSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A search as data: what it comes from, with every parameter resolved, and its seeds in groups. It
 * can be split at the borders of groups, run anywhere, and merged.
 *
 * @param search models, preprocessing, task and settings; the settings have a batch
 * @param groups of seeds, in order of their numbers; at least one
 */
public record SearchJob(CorpusOrigin search, List<SeedGroup> groups) {
  private static final int VERSION = 1;
  private static final long LARGEST = 64L << 20;
  private static final String SHA256 = "sha256";
  private static final String PLUMBLINE = "plumbline";
  private static final String SEARCH = "search";
  private static final String GROUPS = "groups";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  public SearchJob {
    groups = List.copyOf(groups);
    if (groups.isEmpty() || search.settings().get(CorpusOrigin.JOB) != null) {
      throw new IllegalArgumentException("a job without seeds, or of a job");
    }
    for (int i = 1; i < groups.size(); i++) {
      if (groups.get(i).from() < groups.get(i - 1).to()) {
        throw new IllegalArgumentException(
            "group " + groups.get(i) + " after " + groups.get(i - 1) + " in a job");
      }
    }
  }

  /** How the search goes. */
  SearchSettings settings() {
    return SearchSettings.ofKept(search.settings(), search.shape());
  }

  /** SHA-256 of all fields, which names the job. */
  public String sha256() {
    return sha256(fields());
  }

  /** What the corpus of a shard comes from. */
  CorpusOrigin origin(Shard shard) {
    return origin().with(Map.of(CorpusOrigin.SHARD, shard.toString()));
  }

  /** What the corpus of the whole job comes from. */
  CorpusOrigin origin() {
    return search.with(Map.of(CorpusOrigin.JOB, sha256()));
  }

  /** Global numbers of the seeds of a shard: from the first to below the second. */
  public Range range(Shard shard) {
    List<SeedGroup> part = shard.part(groups);
    return Range.of(part.get(0).from(), part.get(part.size() - 1).to());
  }

  /** Steps of all seeds of a shard at most, as progress counts them. */
  long stepsOf(Shard shard) {
    long seeds = shard.part(groups).stream().mapToLong(group -> group.to() - group.from()).sum();
    return seeds * settings().steps();
  }

  private ObjectNode fields() {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("version", VERSION);
    fields.put(PLUMBLINE, ToolVersion.text());
    fields.set(SEARCH, search.json());
    fields.set(GROUPS, JSON.valueToTree(groups));
    return fields;
  }

  private static String sha256(JsonNode fields) {
    try {
      byte[] sorted = JSON.writeValueAsBytes(JSON.treeToValue(fields, Object.class));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sorted));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job that cannot be written as JSON", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Writes a file for {@link #read}. */
  public void write(Path file) {
    ObjectNode fields = fields();
    fields.put(SHA256, sha256(fields));
    WholeFile.write(
        file,
        out -> {
          DefaultPrettyPrinter lines =
              new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
          out.write(JSON.writer(lines).writeValueAsBytes(fields));
          out.write('\n');
        });
  }

  /**
   * Reads a job.
   *
   * @throws BadInputException if the file is none, is of another version of its form or of
   *     Plumbline, or was edited
   */
  public static SearchJob read(Path file) {
    ObjectNode fields = tree(file);
    JsonNode version = fields.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new BadInputException(
          "job "
              + file
              + " has the version "
              + (version.isMissingNode() ? "(none)" : version)
              + ", expected "
              + VERSION);
    }
    String noted = fields.path(SHA256).asText();
    fields.remove(SHA256);
    if (!sha256(fields).equals(noted)) {
      throw new BadInputException(
          "job "
              + file
              + " was edited: its fields have the SHA-256 "
              + sha256(fields)
              + " and it notes '"
              + noted
              + "', expected a job as search --plan wrote it");
    }
    String plumbline = fields.path(PLUMBLINE).asText();
    if (!plumbline.equals(ToolVersion.text())) {
      throw new BadInputException(
          "job "
              + file
              + " was planned by Plumbline "
              + plumbline
              + " and this is "
              + ToolVersion.text()
              + ", expected the same, as another version may find other inputs");
    }
    try {
      List<SeedGroup> groups = new ArrayList<>();
      for (JsonNode group : fields.path(GROUPS)) {
        groups.add(JSON.treeToValue(group, SeedGroup.class));
      }
      return new SearchJob(CorpusOrigin.read(file, fields.path(SEARCH)), groups);
    } catch (JsonProcessingException e) {
      throw new BadInputException("job " + file + " cannot be read: " + JsonReason.of(e), e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("job " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode tree(Path file) {
    byte[] bytes = InputFile.bytes("job of a search", file, LARGEST);
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new BadInputException("job " + file + " is no JSON object, expected a search's job");
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "job " + file + " cannot be read as JSON: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("job of a search", file, e);
    }
  }
}
