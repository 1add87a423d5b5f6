package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerRoomTest {
  @TempDir Path folder;

  /** A copy of its input, whatever the output declares. */
  private OnnxModel model(int elementType, String dims) throws Exception {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13));
    TextFormat.merge(
        """
        name: 'copy'
        input { name: 'x' type { tensor_type { elem_type: 1 shape { dim { dim_param: 'N' }
          dim { dim_value: 4 } } } } }
        node { op_type: 'Identity' name: 'i' input: 'x' output: 'y' }
        output { name: 'y' type { tensor_type { elem_type: %d shape { %s } } } }
        """
            .formatted(elementType, dims),
        model.getGraphBuilder());
    return OnnxModel.read(Files.write(folder.resolve("copy.onnx"), model.build().toByteArray()));
  }

  private OptionalLong declared(int elementType, String dims) throws Exception {
    return AnswerRoom.declared(model(elementType, dims), List.of("y"));
  }

  @Test
  void aDeclaredOutputTakesItsElementsTimesTheBytesOfEach() throws Exception {
    String dims = "dim { dim_param: 'N' } dim { dim_value: 40 } dim { dim_value: 6625 }";
    assertEquals(OptionalLong.of(40 * 6625 * 4), declared(1, dims));
    assertEquals(OptionalLong.of(40 * 6625 * 8), declared(7, dims));
  }

  @Test
  void aSizeThatTheGraphLeavesOpenIsNotKnown() throws Exception {
    String open = "dim { dim_param: 'N' } dim { dim_param: 'W' } dim { dim_value: 6625 }";
    assertEquals(OptionalLong.empty(), declared(1, open));
  }

  @Test
  void aSizeBeyondAnyNumberLeavesOneInputAtOnce() throws Exception {
    String huge = "dim { dim_param: 'N' } " + "dim { dim_value: 4611686018427387904 } ".repeat(3);
    long each = declared(1, huge).orElseThrow();
    assertTrue(each > 1L << 60);
    assertEquals(1, new AnswerRoom(0).together(32, each));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 32, 1060000, 15",
    "8388608, 32, 1060000, 7",
    "50331648, 32, 1060000, 15",
    "0, 32, 40, 32",
    "0, 32, 22000000, 1",
    "0, 32, 0, 32"
  })
  void asManyInputsRunAsTheirOutputsFitInto16MiBOrIntoWhatTheDeviceAnswers(
      long most, int batch, long each, int together) {
    assertEquals(together, new AnswerRoom(most).together(batch, each));
  }
}
