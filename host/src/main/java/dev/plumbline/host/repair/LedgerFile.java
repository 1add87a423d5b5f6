package dev.plumbline.host.repair;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A repair's ledger on disk: written whole after each round, so that a repair can go on. */
final class LedgerFile {
  static final String NAME = "ledger.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private static final long LARGEST_FILE = 64L << 20;

  private final Path file;

  LedgerFile(Path folder) {
    this.file = folder.resolve(NAME);
  }

  /**
   * The ledger of a repair that began before.
   *
   * @param key everything that the rounds depend on
   * @throws BadInputException if what is there belongs to another repair or cannot be read
   */
  Optional<RepairLedger> read(RepairKey key) {
    Optional<RepairLedger> ledger = read();
    ledger
        .filter(found -> !found.key().equals(key))
        .ifPresent(
            found -> {
              throw new BadInputException(
                  "ledger "
                      + file
                      + " belongs to another repair ("
                      + found.key().differenceFrom(key)
                      + "): name another file to write, or remove that folder");
            });
    return ledger;
  }

  /**
   * The ledger, of whichever repair it is.
   *
   * @throws BadInputException if what is there cannot be read
   */
  Optional<RepairLedger> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = InputFile.bytes("ledger", file, LARGEST_FILE);
    try {
      return Optional.of(ledger(JSON.readTree(bytes)));
    } catch (JsonProcessingException e) {
      throw new BadInputException("ledger " + file + " cannot be read: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("ledger", file, e);
    }
  }

  private RepairLedger ledger(JsonNode json) throws JsonProcessingException {
    int format = json.path("format").asInt();
    if (format < 1 || format > RepairLedger.FORMAT) {
      throw new BadInputException(
          "ledger "
              + file
              + " is of format "
              + format
              + ", expected "
              + RepairLedger.FORMAT
              + " or older");
    }
    return JSON.treeToValue(json, RepairLedger.class).ofThisFormat();
  }

  void write(RepairLedger ledger) {
    WholeFile.write(file, out -> out.write(JSON.writeValueAsBytes(ledger)));
  }

  Path path() {
    return file;
  }
}
