package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
            List.of("avx2", "avx512bw", "avx512vnni")),
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
  void aSystemThatTellsNothingGivesAnEmptyName() {
    assertEquals(new CpuInfo("", List.of()), CpuInfo.parse(List.of()));
  }
}
