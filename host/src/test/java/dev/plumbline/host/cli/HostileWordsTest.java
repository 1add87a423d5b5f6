package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.OneLine;
import dev.plumbline.host.cli.GreyFixture.Mutation;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are markup, formulas, escape sequences or lines of a log stay names. */
@Timeout(60)
class HostileWordsTest {
  @TempDir Path temp;
  private GreyFixture grey;

  @BeforeEach
  void write() {
    grey = new GreyFixture(temp);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "\u001b[2J\u001b]0;owned\u0007",
        "\u009b31m",
        "dark\nplumbline: passed",
        "\u202ethgil",
        "{{7*7}}${jndi:ldap://127.0.0.1:1/a}%s%n"
      })
  void aNameOfAModelOfAClassAndOfAFileStaysAName(String name) throws Exception {
    Path folder = Files.createDirectory(temp.resolve("of " + name.replace('/', '_')));
    Path model = Files.move(grey.writeModel("model", 0.5f), folder.resolve("m.onnx"));
    Path other = Files.move(grey.writeModel("other", 0.3f), folder.resolve("o.onnx"));
    Path corpus =
        grey.writeCorpus("a".repeat(64), OnnxModel.read(model).sha256(), new Mutation(100, 0));
    Path header = corpus.resolve("corpus.json");
    String quoted = new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(name);
    Files.writeString(header, Files.readString(header).replace("\"light\"", quoted));
    Path junit = temp.resolve("junit.xml");
    Path html = temp.resolve("check.html");
    for (Object json : new Object[] {"--json", "--debug"}) {
      VerbAnswer answer =
          grey.run(
              "check",
              "--corpus",
              corpus,
              "--model",
              other,
              "--junit",
              junit,
              "--html",
              html,
              json);
      assertEquals(1, answer.code(), answer.err());
      answer.hasNothingThatATerminalObeys();
      assertFalse(answer.err().contains("\tat "), answer.err());
    }
    String page = Files.readString(html);
    assertEquals(0, Jsoup.parse(page).select("script, img[src=x]").size(), page);
    hasNothingHidden(page);
    String xml = Files.readString(junit);
    hasNothingHidden(xml);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    grey.run("check", "--corpus", corpus, "--model", folder.resolve(name.replace('/', '_')))
        .isRefusedInPlainWords("model");
  }

  private static void hasNothingHidden(String text) {
    text.chars()
        .filter(c -> c != '\n' && c != '\t')
        .forEach(c -> assertFalse(OneLine.acts((char) c), () -> c + " is in " + text));
  }

  @Test
  void wordsOfTheCommandLineAreNotObeyedEither() {
    for (String word : new String[] {"\u001b[2J", "--\u001b[31m", "\u202e"}) {
      VerbAnswer answer = VerbAnswer.of("inspect", "a", word);
      assertEquals(2, answer.code());
      answer.hasNothingThatATerminalObeys();
      answer = VerbAnswer.of(word);
      assertEquals(2, answer.code());
      answer.hasNothingThatATerminalObeys();
      answer = VerbAnswer.of("evaluate", word, "--data", word, "--json");
      assertEquals(2, answer.code());
      answer.hasNothingThatATerminalObeys();
    }
  }

  @Test
  void aPictureWithAHostileNameIsToldWithoutIt() throws IOException {
    Path model = grey.writeModel("model", 0.5f);
    Path data = grey.writeDataWithOneBrightPictureAmongTheDark();
    Files.writeString(data.resolve("dark/\u001b[31m.png"), "no picture");
    VerbAnswer answer = VerbAnswer.of("evaluate", model, "--data", data);
    answer.isRefusedInPlainWords("?[31m.png");
    assertTrue(answer.err().length() < 2_000, answer.err());
  }
}
