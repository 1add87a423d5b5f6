package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.gateway.JoiningAgent;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.FailureOutcome;
import dev.plumbline.host.web.Dashboard;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device behind a host that its agent has joined, lost in the middle. */
class JoinedDeviceTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f, 0f, 0f),
          List.of(1f, 1f, 1f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);

  @TempDir Path folder;

  @Test
  void anAgentThatIsKilledInTheMiddleOfItsBatchesIsALostDevice() throws Exception {
    List<Picture> pictures = Collections.nCopies(400, new Picture(SHAPE, new byte[SHAPE.bytes()]));
    try (Dashboard host = Dashboard.onLoopback(folder, 0)) {
      host.start();
      String dialled = "127.0.0.1:" + host.port();
      try (JoiningAgent agent = JoiningAgent.start(folder, dialled, "pi");
          DeviceClient client = new DeviceClient(DeviceAddress.parse(dialled + "/pi"))) {
        agent.awaitLog("joined");
        String sha256 = client.putModel(LinearModel.write(folder, 1));
        AtomicInteger judged = new AtomicInteger();
        DeviceUnreachableException e =
            assertThrows(
                DeviceUnreachableException.class,
                () ->
                    client.inferEach(
                        sha256,
                        SHAPE,
                        PLAIN,
                        pictures,
                        2,
                        (first, logits) -> {
                          judged.addAndGet(logits.length);
                          agent.kill();
                        }));
        assertEquals(Outcome.DEVICE_LOST, FailureOutcome.whileJudging(e), e.getMessage());
        assertTrue(judged.get() >= 2 && judged.get() < 400, judged + " judged");
        assertTrue(e.getMessage().contains(dialled + "/pi"), e.getMessage());
      }
    }
  }
}
