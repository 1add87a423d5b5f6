package dev.plumbline.host.device;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A device that is opened several times in one run. An address at which nobody ever answered fails
 * at once, as it may well be wrong; a device that was there is worth waiting for.
 */
public final class DeviceSource implements JudgeSource {
  private final String id;
  private final DeviceAddress address;
  private final DeviceAccess access;
  private final Preprocessing preprocessing;
  private volatile boolean met;

  /**
   * @param id what the judge is called
   * @param access how to get through to the device
   * @param preprocessing of the models
   */
  public DeviceSource(
      String id, DeviceAddress address, DeviceAccess access, Preprocessing preprocessing) {
    this.id = id;
    this.address = address;
    this.access = access;
    this.preprocessing = preprocessing;
  }

  /** One for each device. */
  public static List<JudgeSource> all(
      Map<String, DeviceAddress> addresses, DeviceAccess access, Preprocessing preprocessing) {
    List<JudgeSource> sources = new ArrayList<>();
    addresses.forEach(
        (id, address) -> sources.add(new DeviceSource(id, address, access, preprocessing)));
    return sources;
  }

  /**
   * As {@link #all}; asks every device whether it is there, which is better done before long work.
   *
   * @throws dev.plumbline.host.judging.DeviceUnreachableException if one is not
   */
  public static List<JudgeSource> reachable(
      Map<String, DeviceAddress> addresses, DeviceAccess access, Preprocessing preprocessing) {
    addresses.values().forEach(address -> DeviceClient.requireReachable(address, access));
    return all(addresses, access, preprocessing);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public JudgeKind kind() {
    return JudgeKind.DEVICE;
  }

  @Override
  public Judge open(OnnxModel model) {
    Judge judge =
        met
            ? DeviceJudge.connectAgain(id, address, access, model, preprocessing)
            : DeviceJudge.connect(id, address, access, model, preprocessing);
    met = true;
    return judge;
  }
}
