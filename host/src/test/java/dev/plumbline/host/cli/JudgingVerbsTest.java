package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.cli.GreyFixture.Mutation;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that judge a corpus, where no device answers: exit codes and sentences. */
class JudgingVerbsTest {
  @TempDir Path temp;
  private GreyFixture grey;
  private Path model;

  @BeforeEach
  void writeModel() {
    grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
  }

  /** One valid picture, dark, of a seed that both models call dark. */
  private Path corpus(OnnxModel compressed) {
    return grey.writeCorpus("a".repeat(64), compressed.sha256(), new Mutation(100, 0));
  }

  @Test
  void aCorpusOfOtherModelsIsRefused() throws IOException {
    Path corpus = corpus(GreyFixture.model("other", 0.9f));
    grey.run("confirm", corpus, "--model", model, "--device", "127.0.0.1:1")
        .isRefused("another", "SHA-256");
    Path data = grey.writeDataWithOneBrightPictureAmongTheDark();
    Path repaired = temp.resolve("repaired.onnx");
    grey.run(
            "repair",
            "--original",
            model,
            "--compressed",
            model,
            "--corpus",
            corpus,
            "--data",
            data,
            "--out",
            repaired)
        .isRefused("another", "SHA-256");
    assertFalse(Files.exists(repaired));
  }

  @Test
  void checkPassesWhereNothingNewDeviates() {
    Path corpus = corpus(OnnxModel.read(model));
    grey.run("check", "--corpus", corpus, "--model", model, "--json")
        .done()
        .isOneJsonObject("passed", "judges");
  }

  @Test
  void checkFailsWithExitCodeOneAboveMaxNew() throws IOException {
    // It calls a picture of grey 100 light, which is 100 / 255 > 0.3.
    Path other = grey.writeModel("other", 0.3f);
    Path corpus = corpus(OnnxModel.read(model));
    Path junit = temp.resolve("junit.xml");
    VerbAnswer answer = grey.run("check", "--corpus", corpus, "--model", other, "--junit", junit);
    assertEquals(1, answer.code(), answer.err());
    assertTrue(answer.out().contains("host: 1 new deviations in 1 pictures"), answer.out());
    assertTrue(Files.readString(junit).contains("<failure"), Files.readString(junit));
    grey.run("check", "--corpus", corpus, "--model", other, "--max-new", 1).done();
  }

  @Test
  void aDeviceThatIsNotThereEndsWithExitCodeThree() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path corpus = corpus(OnnxModel.read(model));
    VerbAnswer answer =
        grey.run("confirm", corpus, "--model", model, "--device", "127.0.0.1:" + port);
    assertEquals(3, answer.code(), answer.err());
    assertTrue(answer.err().contains("127.0.0.1:" + port), answer.err());
    // What the host had judged is kept.
    assertTrue(Files.readString(corpus.resolve("inputs.jsonl")).contains("\"host\""));
  }

  @Test
  void aCertificateWithoutItsKeyIsRefused() {
    Path corpus = corpus(OnnxModel.read(model));
    Object[][] verbs = {{"confirm", corpus}, {"check", "--corpus", corpus}};
    for (Object[] verb : verbs) {
      grey.run(
              VerbAnswer.with(
                  verb, "--model", model, "--device", "127.0.0.1:1", "--certificate", "host.pem"))
          .isRefused("--certificate is given without --key");
    }
  }

  @Test
  void aDeviceAddressWithoutPortIsRefused() {
    grey.run("confirm", temp, "--model", model, "--device", "lonely")
        .isRefused("lonely", "HOST:PORT");
  }
}
