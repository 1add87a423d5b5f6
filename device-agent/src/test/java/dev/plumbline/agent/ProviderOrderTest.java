package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** On the ONNX Runtime of Maven Central, which has the CPU alone. */
class ProviderOrderTest {
  private static String refusal(String names) {
    return assertThrows(StartException.class, () -> ProviderOrder.parse(names)).getMessage();
  }

  @Test
  void namesAreTakenInWhateverCase() {
    assertEquals(ProviderOrder.of(Provider.CPU), ProviderOrder.parse(" cpu "));
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatThereAre() {
    assertEquals(
        "provider 'cude' is unknown; expected names separated by commas, of which this ONNX Runtime"
            + " has CPU",
        refusal("CPU,cude"));
    assertEquals(
        "provider '' is unknown; expected names separated by commas, of which this ONNX Runtime has"
            + " CPU",
        refusal("CPU,"));
  }

  @Test
  void oneThatThisRuntimeLacksIsRefusedWithThoseThatItHas() {
    assertEquals(
        "provider 'TensorRT' is not in this ONNX Runtime; it has CPU",
        refusal("TensorRT,CUDA,CPU"));
  }

  @Test
  void oneNamedTwiceIsRefused() {
    assertEquals(
        "provider 'cpu' is named twice in 'CPU,cpu'; expected each once", refusal("CPU,cpu"));
  }

  @Test
  void theFingerprintNamesThemInOrderAndTheCpuThatTakesTheRest() {
    assertEquals("CPUExecutionProvider", ProviderOrder.of(Provider.CPU).fingerprint());
    assertEquals(
        "TensorrtExecutionProvider,CUDAExecutionProvider,CPUExecutionProvider",
        ProviderOrder.of(Provider.TENSORRT, Provider.CUDA).fingerprint());
    assertEquals(
        "CPUExecutionProvider,XnnpackExecutionProvider",
        ProviderOrder.of(Provider.CPU, Provider.XNNPACK).fingerprint());
  }
}
