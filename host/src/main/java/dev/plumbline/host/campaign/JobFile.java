package dev.plumbline.host.campaign;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a YAML file that says what to do. It may come from somebody else: it is small, a key stands
 * in it once, and it has no anchors, of which a few lines can make a document without end.
 */
final class JobFile {
  private static final long LARGEST = 1L << 20;

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JobFile() {}

  /**
   * Reads a file.
   *
   * @throws BadInputException if it is not there or says something else
   */
  static <T> T read(Path file, Class<T> type) {
    byte[] bytes = InputFile.bytes("job", file, LARGEST);
    try {
      requireWrittenOut(file, bytes);
      T read = YAML.readValue(bytes, type);
      if (read == null) {
        throw empty(file);
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "job " + file + " cannot be read" + at(e) + ": " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("job", file, e);
    }
  }

  /**
   * Refuses a file without content, and anchors: Jackson takes the name of one for text where it
   * stands for what is anchored.
   */
  private static void requireWrittenOut(Path file, byte[] bytes) throws IOException {
    boolean empty = true;
    try (YAMLParser parser = YAML.getFactory().createParser(bytes)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
          throw new BadInputException(
              "job "
                  + file
                  + " has a YAML anchor or alias"
                  + at(parser.currentLocation())
                  + ", expected each value written out");
        }
        empty = false;
      }
    }
    if (empty) {
      throw empty(file);
    }
  }

  private static BadInputException empty(Path file) {
    return new BadInputException("job " + file + " is empty, expected a YAML file of a job");
  }

  /** Where what is refused stands; of what is only refused as a whole, its keys tell. */
  private static String at(JsonProcessingException e) {
    boolean whole =
        e instanceof UnrecognizedPropertyException || e instanceof ValueInstantiationException;
    return whole ? "" : at(e.getLocation());
  }

  private static String at(JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
