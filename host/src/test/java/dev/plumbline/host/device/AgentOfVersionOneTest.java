package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The host against the bytes of an agent of version 1: it asks as a host of version 1 did, byte for
 * byte, and reads the answers.
 */
class AgentOfVersionOneTest {
  private static final PictureShape SHAPE = new PictureShape(3, 4, 5);
  private static final Path MODEL = RecordedAgent.FOLDER.resolve("model.onnx");

  /** As the README beside the bytes says. */
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0.25f, 0.5f, 0.75f),
          List.of(0.5f, 0.25f, 1f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);

  private static List<Picture> pictures() {
    Random random = new Random(1);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  /** What the agent has answered. */
  private static float[][] expected() throws Exception {
    float[][] rows = new float[5][];
    int at = 0;
    for (int message = 1; message <= 3; message++) {
      InferResponse answer =
          InferResponse.parseFrom(RecordedAgent.recorded("infer-response-" + message));
      for (int row = 0; row < answer.getCount(); row++, at++) {
        rows[at] = new float[answer.getClasses()];
        for (int c = 0; c < rows[at].length; c++) {
          rows[at][c] = answer.getLogits(row * rows[at].length + c);
        }
      }
    }
    return rows;
  }

  @Test
  void itIsAskedAsAHostOfVersionOneAskedIt() throws Exception {
    try (RecordedAgent agent = new RecordedAgent();
        DeviceClient client =
            new DeviceClient(agent.address(), DeviceAccess.inTheClear(), Duration.ofSeconds(10))) {
      String sha256 = client.putModel(MODEL);
      float[][] found =
          client.infer(sha256, SHAPE, PREPROCESSING, pictures(), 2, (done, note) -> {});
      assertArrayEquals(expected(), found);
      assertAsked(agent, "putmodel", 2);
      assertAsked(agent, "infer", 4);
    }
  }

  private static void assertAsked(RecordedAgent agent, String call, int messages) throws Exception {
    assertEquals(messages, agent.asked(call).size());
    for (int message = 1; message <= messages; message++) {
      assertArrayEquals(
          RecordedAgent.recorded(call + "-request-" + message),
          agent.asked(call).get(message - 1),
          call + " " + message);
    }
  }

  @Test
  void itIsAJudgeAsBefore() throws Exception {
    try (RecordedAgent agent = new RecordedAgent();
        DeviceJudge judge =
            DeviceJudge.connect(
                "old",
                agent.address(),
                DeviceAccess.inTheClear(),
                OnnxModel.read(MODEL),
                PREPROCESSING)) {
      // Two pictures, so that one answer is due, which the recorded first one fits.
      float[][] found = new float[2][];
      judge.judge(
          pictures().subList(0, 2),
          (first, logits) -> System.arraycopy(logits, 0, found, first, logits.length));
      assertArrayEquals(expected()[0], found[0]);
      assertArrayEquals(expected()[1], found[1]);
    }
  }
}
