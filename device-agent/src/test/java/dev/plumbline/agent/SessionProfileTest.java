package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.plumbline.device.v1.OperatorRun;
import dev.plumbline.device.v1.ProviderRun;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionProfileTest {
  @TempDir Path folder;

  @Test
  void itTellsEachNodeThatRanOnceAndLeavesNoFile() throws Exception {
    byte[] model = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Placement placement;
    try (SessionOptions options = new SessionOptions()) {
      SessionProfile profile = SessionProfile.start(options, folder);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.allocate(4), new long[] {1, 1, 2, 2})) {
        session.run(Map.of("picture", input)).close();
        session.run(Map.of("picture", input)).close();
        placement = profile.end(session);
        assertEquals(0, folder.toFile().list().length);
        // ONNX Runtime writes no more of it.
        session.run(Map.of("picture", input)).close();
        assertEquals(Placement.UNKNOWN, profile.end(session));
      }
      assertEquals(0, folder.toFile().list().length);
    }
    // As the model was built.
    assertEquals(
        List.of("Flatten", "MatMul"), placement.nodes().stream().map(n -> n.operator()).toList());
    assertEquals(
        List.of("CPUExecutionProvider"),
        placement.nodes().stream().map(n -> n.provider()).distinct().toList());
  }

  @Test
  void aSessionThatNeverRanLeavesNoFileEither() throws Exception {
    byte[] model = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
    SessionProfile profile;
    try (SessionOptions options = new SessionOptions()) {
      profile = SessionProfile.start(options, folder);
      OrtEnvironment.getEnvironment().createSession(model, options).close();
    }
    profile.discard();
    assertArrayEquals(new String[0], folder.toFile().list());
  }

  @Test
  void withoutRoomForAProfileTheModelRunsAllTheSame() throws Exception {
    byte[] model = SmallModel.linear(0, 1, 2, 2).build().toByteArray();
    try (SessionOptions options = new SessionOptions()) {
      SessionProfile profile = SessionProfile.start(options, folder.resolve("missing"));
      try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model, options)) {
        assertEquals(Placement.UNKNOWN, profile.end(session));
      }
    }
  }

  private Path written(String... events) throws IOException {
    return Files.writeString(folder.resolve("p.json"), "[\n" + String.join(",\n", events) + "]\n");
  }

  /** As ONNX Runtime writes them. */
  private static String kernel(int index, String name, String operator, String provider) {
    return ("{\"cat\" : \"Node\",\"pid\" :7,\"tid\" :8,\"dur\" :3,\"ts\" :%d,\"ph\" : \"X\","
            + "\"name\" :\"%s_kernel_time\",\"args\" : {\"provider\" : \"%s\","
            + "\"input_type_shape\" : [{\"float\":[1,2]}],\"node_index\" : \"%d\","
            + "\"op_name\" : \"%s\"}}")
        .formatted(index, name, provider, index, operator);
  }

  @Test
  void nodesAreCountedByProviderAndOperator() throws Exception {
    Path file =
        written(
            "{\"cat\" : \"Session\",\"pid\" :7,\"tid\" :8,\"dur\" :1,\"ts\" :1,\"ph\" : \"X\","
                + "\"name\" :\"model_loading_uri\",\"args\" : {}}",
            kernel(1, "scale", "QuantizeLinear", "CPUExecutionProvider"),
            kernel(2, "conv1", "Conv", "CUDAExecutionProvider"),
            kernel(3, "conv2", "Conv", "CUDAExecutionProvider"),
            kernel(4, "", "Relu", "CUDAExecutionProvider"),
            kernel(5, "", "Relu", "CUDAExecutionProvider"),
            kernel(2, "conv1", "Conv", "CUDAExecutionProvider"));
    Placement placement = SessionProfile.read(file);
    ProviderRun cuda =
        ProviderRun.newBuilder()
            .setProvider("CUDAExecutionProvider")
            .setNodes(4)
            .addOperators(OperatorRun.newBuilder().setOperator("Conv").setNodes(2))
            .addOperators(OperatorRun.newBuilder().setOperator("Relu").setNodes(2))
            .build();
    ProviderRun cpu =
        ProviderRun.newBuilder()
            .setProvider("CPUExecutionProvider")
            .setNodes(1)
            .addOperators(OperatorRun.newBuilder().setOperator("QuantizeLinear").setNodes(1))
            .build();
    assertEquals(List.of(cuda, cpu), placement.counts());
    assertEquals(
        List.of("conv1", "conv2"),
        placement.named().get(0).getOperators(0).getNodeNamesList().stream().toList());
  }

  @Test
  void aProfileThatBreaksOffIsAnErrorAndNoHalfReport() throws Exception {
    Path file = written(kernel(1, "a", "Conv", "CPUExecutionProvider"));
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThrows(IOException.class, () -> SessionProfile.read(file));
    Files.writeString(file, "{}");
    assertThrows(IllegalStateException.class, () -> SessionProfile.read(file));
  }
}
