package dev.plumbline.host.device;

import dev.plumbline.agent.machine.CpuInfo;
import dev.plumbline.device.v1.OperatorRun;
import dev.plumbline.host.OneLine;
import dev.plumbline.host.judging.Placement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What produces a device's verdicts, apart from the model and the batch.
 *
 * @param device as the device calls itself: its host name
 * @param arch as Java names it: amd64, aarch64
 * @param processor the processor's own name, empty where the system does not tell
 * @param int8Features those of the processor's features that change int8 arithmetic, sorted: avx2,
 *     avx512bw, avx512_vnni, avx_vnni, amx_int8, asimddp, i8mm
 * @param os name and version of the operating system
 * @param runtime ONNX Runtime's version
 * @param provider ONNX Runtime's execution provider, such as CPUExecutionProvider
 * @param threads within an operator
 * @param agentVersion Plumbline's version on the device
 * @param emulator what emulates the processor, empty where it is real
 */
public record Fingerprint(
    String device,
    String arch,
    String processor,
    List<String> int8Features,
    String os,
    String runtime,
    String provider,
    int threads,
    String agentVersion,
    String emulator) {

  public Fingerprint {
    int8Features = List.copyOf(int8Features);
  }

  /**
   * What a device says of itself. It may say anything: what is longer than the database holds is
   * cut, and what a terminal would act on is replaced.
   */
  static Fingerprint of(dev.plumbline.device.v1.Fingerprint wire) {
    return new Fingerprint(
        text(wire.getDevice(), 100),
        text(wire.getArch(), 100),
        text(wire.getProcessor(), 300),
        wire.getInt8FeaturesList().stream()
            .limit(12)
            .map(name -> CpuInfo.spelling(text(name, 30)))
            .toList(),
        text(wire.getOs(), 200),
        text(wire.getRuntime(), 100),
        text(wire.getProvider(), 300),
        Math.max(0, wire.getThreads()),
        text(wire.getAgentVersion(), 100),
        text(wire.getEmulator(), 60));
  }

  private static String text(String said, int most) {
    return OneLine.of(said.length() <= most ? said : said.substring(0, most - 3) + "...");
  }

  /** The processor as verdicts are kept with it: an emulated one is never taken for a real one. */
  String shownProcessor() {
    return emulator.isEmpty() ? processor : processor + ", emulated by " + emulator;
  }

  /** What ran where, as the wire tells it. */
  static Placement placement(dev.plumbline.device.v1.Fingerprint wire) {
    return new Placement(
        wire.getRanList().stream()
            .map(
                run -> {
                  Map<String, Integer> operators = new LinkedHashMap<>();
                  for (OperatorRun operator : run.getOperatorsList()) {
                    operators.put(operator.getOperator(), operator.getNodes());
                  }
                  return new Placement.ByProvider(run.getProvider(), run.getNodes(), operators);
                })
            .toList());
  }
}
