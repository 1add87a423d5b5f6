package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelScreenTest {
  @TempDir Path folder;

  private void check(byte[] model) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, model);
    ModelScreen.check(file);
  }

  @Test
  void aPlainModelPasses() throws IOException {
    check(SmallModel.linear(0, 1, 4, 4).build().toByteArray());
  }

  @Test
  void aFunctionOfTheModelsOwnDomainPasses() throws IOException {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().addNode(NodeProto.newBuilder().setDomain("mine").setOpType("Twice"));
    byte[] without = model.build().toByteArray();
    assertThrows(RefusedException.class, () -> check(without));
    check(
        model
            .addFunctions(FunctionProto.newBuilder().setName("Twice").setDomain("mine"))
            .build()
            .toByteArray());
  }

  @Test
  void aNodeThatNamesACompiledFileIsRefused() {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().getNodeBuilder(0).setOpType("EPContext").setDomain("com.microsoft");
    RefusedException e =
        assertThrows(RefusedException.class, () -> check(model.build().toByteArray()));
    assertTrue(e.getMessage().contains("EPContext"), e.getMessage());
  }

  @Test
  void graphsNestedWithoutEndAreRefused() throws IOException {
    // Attribute within node within graph, written by hand: 300 of each.
    byte[] inner = new byte[0];
    for (int i = 0; i < 300; i++) {
      inner = field(1, field(5, field(6, inner)));
    }
    byte[] model = field(7, inner);
    RefusedException e = assertThrows(RefusedException.class, () -> check(model));
    assertTrue(e.getMessage().contains("nested too deeply"), e.getMessage());
  }

  @Test
  void aNameOfManyBytesIsRefusedBeforeItIsRead() throws IOException {
    byte[] model = field(7, field(1, field(4, new byte[5_000])));
    RefusedException e = assertThrows(RefusedException.class, () -> check(model));
    assertTrue(e.getMessage().contains("name of more than"), e.getMessage());
  }

  private static byte[] field(int number, byte[] value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(number, ByteString.copyFrom(value));
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void whatIsCutOffInsideTheGraphIsRefused() {
    byte[] model = SmallModel.linear(0, 1, 4, 4).build().toByteArray();
    // The version and the producer come before the graph, the opset of 4 bytes after it.
    for (int length = 0; length < model.length - 4; length++) {
      byte[] cut = Arrays.copyOf(model, length);
      assertThrows(RefusedException.class, () -> check(cut), "cut to " + length);
    }
  }

  @Test
  void spoiltModelsPassOrAreRefusedButNeverFailOtherwise() {
    byte[] model = SmallModel.linear(0, 1, 4, 4).build().toByteArray();
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      byte[] spoilt = model.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(256);
      }
      try {
        check(spoilt);
      } catch (RefusedException e) {
        assertTrue(e.getMessage().startsWith("model refused: "), e.getMessage());
      } catch (IOException | RuntimeException e) {
        fail("random seed " + seed, e);
      }
    }
  }
}
