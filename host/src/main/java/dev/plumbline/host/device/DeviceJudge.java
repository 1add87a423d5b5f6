package dev.plumbline.host.device;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import java.nio.file.Path;
import java.util.List;

/** The compressed model itself on a device, through its agent. */
public final class DeviceJudge implements Judge {
  /** Pictures that the device runs at once. */
  public static final int BATCH = 32;

  private final DeviceClient client;
  private final Preprocessing preprocessing;
  private final JudgeInfo info;

  private DeviceJudge(DeviceClient client, Preprocessing preprocessing, JudgeInfo info) {
    this.client = client;
    this.preprocessing = preprocessing;
    this.info = info;
  }

  /**
   * Reaches a device and gives it the model.
   *
   * @param model the compressed model's file
   * @throws DeviceUnreachableException if the device does not answer
   */
  public static DeviceJudge connect(
      DeviceAddress address, DeviceAccess access, Path model, Preprocessing preprocessing) {
    DeviceClient client = new DeviceClient(address, access);
    try {
      Fingerprint fingerprint = client.describe();
      String sha256 = client.putModel(model);
      return new DeviceJudge(
          client,
          preprocessing,
          new JudgeInfo(
              address.toString(),
              JudgeKind.DEVICE,
              fingerprint.arch(),
              "onnxruntime " + fingerprint.runtime(),
              fingerprint.provider(),
              fingerprint.processor(),
              fingerprint.int8Features(),
              fingerprint.threads(),
              BATCH,
              sha256));
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
    if (pictures.isEmpty()) {
      return;
    }
    client.inferEach(
        info.modelSha256(), pictures.get(0).shape(), preprocessing, pictures, BATCH, sink);
  }

  @Override
  public void close() {
    client.close();
  }
}
