package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;

class ProviderProbeTest {
  private static void check(Provider... providers) {
    ProviderProbe.check(OrtEnvironment.getEnvironment(), ProviderOrder.of(providers), 1);
  }

  @Test
  void theCpuStarts() {
    assertDoesNotThrow(() -> check(Provider.CPU));
  }

  @Test
  void oneThatDoesNotStartIsNamedWithOnnxRuntimesReason() {
    assertEquals(
        "provider 'XNNPACK' does not start on this device: Error code - ORT_INVALID_ARGUMENT -"
            + " message: XNNPACK execution provider is not supported in this build.",
        assertThrows(StartException.class, () -> check(Provider.CPU, Provider.XNNPACK))
            .getMessage());
  }

  @Test
  void onlyTheReasonIsToldAndNotThePlaceInOnnxRuntimesSource() {
    // As a build with CUDA says it on a machine without.
    assertEquals(
        "Failed to load library /opt/libonnxruntime_providers_cuda.so with error:"
            + " libcublasLt.so.13: cannot open shared object file: No such file or directory",
        OrtReason.line(
            new OrtException(
                "Error code - ORT_FAIL - message: /onnxruntime_src/provider_bridge_ort.cc:1988"
                    + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get()"
                    + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
                    + " /opt/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13:"
                    + " cannot open shared object file: No such file or directory\n")));
  }
}
