package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that keep weights in files beside them. */
class ExternalDataTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void writeWeights() throws IOException {
    folder = Files.createDirectories(temp.resolve("models"));
    ByteBuffer weights = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : new float[] {9, 9, 1, 2, 3, 4}) {
      weights.putFloat(value);
    }
    Files.write(folder.resolve("weights.bin"), weights.array());
    Files.write(temp.resolve("secret.bin"), weights.array());
  }

  private Path model(Map<String, String> external) throws IOException {
    GraphBuilder graph = new GraphBuilder("external");
    graph.input("x", 2);
    graph.initializer("w", Tensor.ofFloats(new long[] {2, 2}, 0, 0, 0, 0));
    graph.node("MatMul", "y", List.of("x", "w"), Map.of());
    graph.output("y", 2);
    ModelProto.Builder proto = graph.build().proto().toBuilder();
    TensorProto.Builder tensor = proto.getGraphBuilder().getInitializerBuilder(0).clearRawData();
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    external.forEach(
        (key, value) ->
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    Path file = folder.resolve("model.onnx");
    Files.write(file, proto.build().toByteArray());
    return file;
  }

  @Test
  void weightsAreReadFromBesideTheModel() throws IOException {
    OnnxModel model =
        OnnxModel.read(model(Map.of("location", "weights.bin", "offset", "8", "length", "16")));
    assertArrayEquals(new float[] {1, 2, 3, 4}, model.graph().constants().get("w").floats());
  }

  @Test
  void theModelInOneFileMeansTheSame() throws IOException, OrtException {
    Path file = model(Map.of("location", "weights.bin", "offset", "8"));
    OnnxModel model = OnnxModel.read(file);
    // ONNX Runtime reads external data itself when it is given the path.
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession there = environment.createSession(file.toString());
        OrtSession here = environment.createSession(model.bytes())) {
      assertArrayEquals(run(environment, there), run(environment, here));
    }
    model.write(temp.resolve("whole.onnx"));
    OnnxModel again = OnnxModel.read(temp.resolve("whole.onnx"));
    assertEquals(model.sha256(), again.sha256());
    assertFalse(again.proto().getGraph().getInitializer(0).hasDataLocation());
  }

  private static float[] run(OrtEnvironment environment, OrtSession session) throws OrtException {
    try (var x = ai.onnxruntime.OnnxTensor.createTensor(environment, new float[][] {{1, 10}});
        var result = session.run(Map.of("x", x))) {
      return ((float[][]) result.get(0).getValue())[0];
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.bin", "/etc/passwd", "", "sub/../../secret.bin", "link.bin"})
  void aPathThatLeavesTheFolderIsRefused(String location) throws IOException {
    Files.createSymbolicLink(folder.resolve("link.bin"), temp.resolve("secret.bin"));
    Path file = model(Map.of("location", location, "offset", "8"));
    Refusal.says(
        () -> OnnxModel.read(file),
        "initializer w",
        "'" + location + "'",
        "expected a file in the folder of the model");
  }

  @Test
  void weightsThatAreNotThereAreRefused() throws IOException {
    Path file = model(Map.of("location", "lost.bin"));
    Refusal.says(() -> OnnxModel.read(file), "lost.bin", "not there");
  }

  @Test
  void moreThanTheFileHoldsIsRefused() throws IOException {
    Path file = model(Map.of("location", "weights.bin", "offset", "16", "length", "16"));
    Refusal.says(() -> OnnxModel.read(file), "takes 16 bytes from 16", "which has 24");
  }

  @Test
  void anOffsetPastTheEndIsRefused() throws IOException {
    Path file = model(Map.of("location", "weights.bin", "offset", "25"));
    Refusal.says(() -> OnnxModel.read(file), "initializer w");
  }

  @Test
  void aLengthThatDoesNotFitTheDimensionsIsRefused() throws IOException {
    Path file = model(Map.of("location", "weights.bin", "length", "12"));
    Refusal.says(() -> OnnxModel.read(file), "holds 12 bytes", "expected 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-8", "eight", "99999999999999999999"})
  void anOffsetThatIsNoNumberOfBytesIsRefused(String offset) throws IOException {
    Path file = model(Map.of("location", "weights.bin", "offset", offset));
    Refusal.says(() -> OnnxModel.read(file), "offset '" + offset + "'");
  }
}
