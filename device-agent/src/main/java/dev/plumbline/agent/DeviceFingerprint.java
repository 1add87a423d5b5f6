package dev.plumbline.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.plumbline.agent.machine.CpuInfo;
import dev.plumbline.device.v1.Fingerprint;
import dev.plumbline.device.v1.ProviderRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What produces a verdict on this device. */
final class DeviceFingerprint {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private final Fingerprint fingerprint;

  /**
   * @param emulator what emulates the processor, empty where nobody says so
   */
  DeviceFingerprint(ProviderOrder providers, int threads, String runtimeVersion, String emulator)
      throws IOException {
    String arch = System.getProperty("os.arch");
    CpuInfo cpu = CpuInfo.ofThisMachine();
    if (cpu.isOfAnother(arch)) {
      // Emulators that pass the machine's file through: the processor's own word counts.
      cpu = new CpuInfo("", ArmCapabilities.int8Features());
      emulator = emulator.isEmpty() ? "unknown" : emulator;
    }
    this.fingerprint =
        Fingerprint.newBuilder()
            .setDevice(hostName())
            .setArch(arch)
            .setProcessor(cpu.processor())
            .addAllInt8Features(cpu.int8Features())
            .setOs(System.getProperty("os.name") + " " + System.getProperty("os.version"))
            .setRuntime(runtimeVersion)
            .setProvider(providers.fingerprint())
            .setThreads(threads)
            .setAgentVersion(AgentVersion.text())
            .setEmulator(emulator)
            .build();
  }

  private static String hostName() throws IOException {
    Path kernel = Path.of("/proc/sys/kernel/hostname");
    if (Files.isReadable(kernel)) {
      return Files.readString(kernel).trim();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // Its message begins with the name that the network does not know, which is the name wanted.
      return String.valueOf(e.getMessage()).split(":")[0].trim();
    }
  }

  /** Without a model. */
  Fingerprint device() {
    return fingerprint;
  }

  /**
   * @param batch pictures that ran at once
   * @param ran of the model's nodes
   */
  Fingerprint of(String modelSha256, int batch, List<ProviderRun> ran) {
    Fingerprint whole =
        fingerprint.toBuilder().setModelSha256(modelSha256).setBatch(batch).addAllRan(ran).build();
    try {
      // What has been parsed keeps its texts in UTF-8, and need not encode them for each answer.
      return Fingerprint.parseFrom(whole.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was just written cannot be read", e);
    }
  }
}
