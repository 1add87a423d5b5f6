package dev.plumbline.host.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.JsonReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A small text file that a person or another program wrote.
 *
 * @param file where it is
 * @param text without a byte order mark
 */
public record TextFile(Path file, String text) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * @throws BadInputException if it is no regular file, larger than that, or not UTF-8
   */
  public static TextFile read(Path file, int mostBytes) {
    byte[] bytes = RegularFile.read(file, mostBytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new TextFile(file, text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + " is no text: expected UTF-8", e);
    }
  }

  boolean looksLikeJson() {
    String start = text.stripLeading();
    return start.startsWith("[") || start.startsWith("{");
  }

  /** Lines that hold something, without blanks at both ends. */
  List<String> lines() {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  public JsonNode json() {
    return json(text, "");
  }

  /** One JSON object on each line. */
  List<JsonNode> jsonLines() {
    List<String> lines = lines();
    return java.util.stream.IntStream.range(0, lines.size())
        .mapToObj(i -> json(lines.get(i), " line " + (i + 1)))
        .toList();
  }

  private JsonNode json(String part, String where) {
    try {
      return JSON.readTree(part);
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + where + " is no JSON: " + JsonReason.of(e), e);
    }
  }
}
