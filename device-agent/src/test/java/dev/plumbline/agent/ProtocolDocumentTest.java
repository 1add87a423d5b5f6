package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.plumbline.device.v1.DeviceProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/device-protocol.md names all that device.proto has, and nothing that it has not. */
class ProtocolDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "device-protocol.md");

  private static void headings(Descriptor message, List<String> into) {
    into.add(message.getName());
    message.getEnumTypes().forEach(type -> into.add(message.getName() + "." + type.getName()));
    message.getNestedTypes().forEach(nested -> headings(nested, into));
  }

  /** Rows of the table below a heading, up to the next one: the word in their first cell. */
  private static List<String> rows(List<String> lines, String heading) {
    int start = lines.indexOf("### `" + heading + "`");
    assertTrue(start >= 0, "no heading '### `" + heading + "`'");
    return lines.stream()
        .skip(start + 1)
        .takeWhile(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .toList();
  }

  private static List<String> fields(Descriptor message) {
    return message.getFields().stream().map(field -> field.getName()).toList();
  }

  private static List<String> values(EnumDescriptor type) {
    return type.getValues().stream().map(value -> value.getName()).toList();
  }

  @Test
  void everyCallMessageFieldAndValueHasItsRow() throws Exception {
    List<String> lines = Files.readAllLines(DOCUMENT);
    FileDescriptor file = DeviceProto.getDescriptor();
    List<String> calls =
        file.getServices().get(0).getMethods().stream().map(call -> call.getName()).toList();
    assertEquals(calls, rows(lines, "DeviceService"));
    List<String> known = new ArrayList<>(List.of("DeviceService"));
    for (Descriptor message : file.getMessageTypes()) {
      headings(message, known);
      assertEquals(fields(message), rows(lines, message.getName()), message.getName());
      for (EnumDescriptor type : message.getEnumTypes()) {
        assertEquals(values(type), rows(lines, message.getName() + "." + type.getName()));
      }
    }
    for (EnumDescriptor type : file.getEnumTypes()) {
      known.add(type.getName());
      assertEquals(values(type), rows(lines, type.getName()), type.getName());
    }
    String described =
        lines.stream()
            .filter(line -> line.startsWith("### `"))
            .map(line -> line.replaceAll("[# `]", ""))
            .sorted()
            .collect(Collectors.joining(" "));
    String[] expected = known.toArray(new String[0]);
    Arrays.sort(expected);
    assertEquals(String.join(" ", expected), described);
  }
}
