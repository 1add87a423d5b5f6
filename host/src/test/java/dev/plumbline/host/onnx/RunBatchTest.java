package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunBatchTest {
  private static OnnxModel model(int size) {
    GraphBuilder graph = new GraphBuilder("model");
    String flat =
        graph.node("Flatten", "flat", List.of(graph.input("input", 3, size, size)), Map.of());
    graph.output(graph.node("Relu", "logits", List.of(flat), Map.of()), 3 * size * size);
    return graph.build();
  }

  @ParameterizedTest(name = "pictures of 3 x {0} x {0}: {1} on the host, {2} on a device")
  @CsvSource({"32, 64, 32", "64, 64, 32", "224, 13, 4", "320, 6, 2", "1024, 1, 1"})
  void aRunHasAsManyPicturesAsItsBytesHold(int size, int onHost, int onDevice) {
    assertEquals(onHost, RunBatch.ON_HOST.of(model(size)));
    assertEquals(onDevice, RunBatch.ON_DEVICE.of(model(size)));
  }
}
