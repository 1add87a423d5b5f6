package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.OneLine;
import dev.plumbline.host.Refusal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** What a verb that was called in this process left: exit code, standard output, standard error. */
record VerbAnswer(int code, String out, String err) {
  /** Calls a verb as {@code main} does. */
  static VerbAnswer of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new VerbAnswer(code, out.toString(), err.toString());
  }

  /** Arguments, and more of them. */
  static Object[] with(Object[] args, Object... more) {
    Object[] all = Arrays.copyOf(args, args.length + more.length, Object[].class);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  /** This, of a verb that did what it was asked to. */
  VerbAnswer done() {
    assertEquals(0, code, err);
    return this;
  }

  JsonNode json() {
    try {
      return new ObjectMapper().readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + out, e);
    }
  }

  /** On standard output stands one JSON object, on a line, that has these keys. */
  void isOneJsonObject(String... keys) {
    assertEquals(1, out.lines().count(), out);
    JsonNode json = json();
    assertTrue(json.isObject(), out);
    for (String key : keys) {
      assertTrue(json.has(key), () -> key + " is not in " + out);
    }
  }

  /**
   * As {@link #isRefused}, and the sentence is one for people who see it on a terminal: it names no
   * class of Java and holds nothing that a terminal obeys.
   */
  void isRefusedInPlainWords(String... words) {
    isRefused(words);
    hasNothingThatATerminalObeys();
    Refusal.isInPlainWords(err);
  }

  /** Neither output holds an escape sequence, a line end within a line, or a mark of direction. */
  void hasNothingThatATerminalObeys() {
    for (char c : (out + err).toCharArray()) {
      assertTrue(c == '\n' || !OneLine.acts(c), () -> (int) c + " is in: " + out + err);
    }
  }

  /**
   * One sentence of the program's, no stack trace, nothing on standard output but the failure where
   * JSON was asked for.
   */
  void isRefused(String... words) {
    assertEquals(2, code, err);
    if (!out.isEmpty()) {
      isOneJsonObject("error", "exit_code");
    }
    List<String> ours = err.lines().filter(line -> line.startsWith("plumbline: ")).toList();
    assertEquals(1, ours.size(), err);
    assertFalse(err.contains("\tat "), err);
    for (String word : words) {
      assertTrue(ours.get(0).contains(word), () -> "'" + word + "' is not in: " + ours.get(0));
    }
  }
}
