package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.agent.machine.CpuInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuInfoTest {
  @Test
  void anX86ProcessorIsReadByItsFlags() {
    CpuInfo cpu =
        CpuInfo.parse(
            List.of(
                "processor\t: 0",
                "model name\t: Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
                "flags\t\t: fpu sse2 avx avx2 avx512f avx512bw avx512_vnni",
                "vmx flags\t: avx_vnni",
                "",
                "processor\t: 1",
                "model name\t: Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
                "flags\t\t: fpu sse2 avx avx2 avx512f avx512bw avx512_vnni"));
    assertEquals(
        new CpuInfo(
            "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
            List.of("avx2", "avx512_vnni", "avx512bw")),
        cpu);
  }

  @Test
  void anArmProcessorIsReadByImplementerAndPart() {
    CpuInfo cpu =
        CpuInfo.parse(
            List.of(
                "processor\t: 0",
                "Features\t: fp asimd aes asimdhp asimddp",
                "CPU implementer\t: 0x41",
                "CPU part\t: 0xd0b",
                "processor\t: 1",
                "Features\t: fp asimd aes asimdhp asimddp",
                "CPU implementer\t: 0x41",
                "CPU part\t: 0xd0b"));
    assertEquals(new CpuInfo("Cortex-A76", List.of("asimddp")), cpu);
  }

  @Test
  void onlyWhatEveryCoreHasCounts() {
    CpuInfo cpu =
        CpuInfo.parse(
            List.of(
                "Features\t: asimd asimddp i8mm",
                "CPU implementer\t: 0x41",
                "CPU part\t: 0xd4d",
                "Features\t: asimd asimddp",
                "CPU implementer\t: 0x61",
                "CPU part\t: 0x022"));
    assertEquals(
        new CpuInfo("Cortex-A715 + ARM implementer and part 0x61 0x022", List.of("asimddp")), cpu);
  }

  @Test
  void aMachinesFileIsNotTakenForTheProcessorThatIsEmulatedOnIt() {
    CpuInfo machine = CpuInfo.parse(List.of("flags\t\t: fpu sse2 avx2 avx512_vnni"));
    assertTrue(machine.isOfAnother("aarch64"));
    assertFalse(machine.isOfAnother("amd64"));
    assertFalse(CpuInfo.parse(List.of("Features\t: asimd asimddp")).isOfAnother("aarch64"));
  }

  @Test
  void anArmProcessorsOwnWordIsReadFromTheAuxiliaryVector() {
    // Values of HWCAP that QEMU 7.2 gives programs for these processors.
    assertEquals(List.of(), ArmCapabilities.int8Features(auxiliaryVector(0x8fb, 0)));
    assertEquals(List.of("asimddp"), ArmCapabilities.int8Features(auxiliaryVector(0x119ffb, 0)));
    assertEquals(
        List.of("asimddp", "i8mm"),
        ArmCapabilities.int8Features(auxiliaryVector(0x119ffb, 1L << 13)));
  }

  private static byte[] auxiliaryVector(long hwcap, long hwcap2) {
    return ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(6)
        .putLong(4096)
        .putLong(16)
        .putLong(hwcap)
        .putLong(26)
        .putLong(hwcap2)
        .array();
  }

  @Test
  void aSystemThatTellsNothingGivesAnEmptyName() {
    assertEquals(new CpuInfo("", List.of()), CpuInfo.parse(List.of()));
  }
}
