package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The compressed model itself on a device, through its agent. */
public final class DeviceJudge implements Judge {
  /** Pictures that the device runs at once. */
  public static final int BATCH = 32;

  private static final int PROBE_MILLIS = 3_000;

  private final DeviceClient client;
  private final DeviceAccess access;
  private final Preprocessing preprocessing;
  private final JudgeInfo info;
  private final boolean anyBatch;
  private final long connected = System.nanoTime();

  private DeviceJudge(
      DeviceClient client,
      DeviceAccess access,
      Preprocessing preprocessing,
      JudgeInfo info,
      boolean anyBatch) {
    this.client = client;
    this.access = access;
    this.preprocessing = preprocessing;
    this.info = info;
    this.anyBatch = anyBatch;
  }

  /**
   * Reaches a device and gives it the model.
   *
   * @param id how the fleet calls it; its address where the fleet does not know it
   * @param access how to come to it
   * @param model the model, read from a file
   * @throws DeviceUnreachableException if the device does not answer
   */
  public static DeviceJudge connect(
      String id,
      DeviceAddress address,
      DeviceAccess access,
      OnnxModel model,
      Preprocessing preprocessing) {
    DeviceClient client = new DeviceClient(address, access);
    try {
      Fingerprint fingerprint = client.describe();
      String sha256 = client.putModel(Path.of(model.name()));
      return new DeviceJudge(
          client,
          access,
          preprocessing,
          new JudgeInfo(
              id,
              JudgeKind.DEVICE,
              fingerprint.arch(),
              "onnxruntime " + fingerprint.runtime(),
              fingerprint.provider(),
              fingerprint.processor(),
              fingerprint.int8Features(),
              fingerprint.threads(),
              model.graph().quantizesDynamically() ? 1 : BATCH,
              sha256),
          HostJudge.takesAnyBatch(model));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public JudgeInfo info() {
    return info;
  }

  @Override
  public void judge(List<Picture> pictures, LogitsSink sink) {
    judge(pictures, info.batch(), sink);
  }

  private void judge(List<Picture> pictures, int batch, LogitsSink sink) {
    if (pictures.isEmpty()) {
      return;
    }
    try {
      client.inferEach(
          info.modelSha256(), pictures.get(0).shape(), preprocessing, pictures, batch, sink);
    } catch (DeviceUnreachableException e) {
      if (FailureOutcome.whileJudging(e) == Outcome.DEVICE_LOST && agentHasEnded()) {
        throw new DeviceCrashedException(
            "the agent on device "
                + client.address()
                + " ended while it judged; the machine is there: "
                + e.getMessage(),
            e);
      }
      throw e;
    }
  }

  /**
   * Tells an agent that died from a network that broke: a machine that is there refuses a
   * connection to a port on which nobody listens any more, and an agent that was started again has
   * not been up for as long as this judge has known it.
   */
  private boolean agentHasEnded() {
    DeviceAddress address = client.address();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), PROBE_MILLIS);
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
    try (DeviceClient again = new DeviceClient(address, access)) {
      Duration known = Duration.ofNanos(System.nanoTime() - connected);
      return again.health().uptime().compareTo(known) < 0;
    } catch (DeviceUnreachableException | BadInputException e) {
      // Somebody takes the connection and no agent answers: that says nothing of the agent.
      return false;
    }
  }

  @Override
  public List<Repeat> repeats() {
    List<Repeat> repeats = new ArrayList<>();
    repeats.add(Repeat.sameBatch(this::judge));
    if (anyBatch) {
      repeats.add(Repeat.otherBatch((pictures, sink) -> judge(pictures, Repeat.OTHER_BATCH, sink)));
    }
    return repeats;
  }

  @Override
  public void close() {
    client.close();
  }
}
