package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {
  @TempDir Path folder;

  private static OnnxModel linear() {
    GraphBuilder b = new GraphBuilder("m");
    b.input("x", 2);
    b.initializer("w", Tensor.ofFloats(new long[] {2, 2}, 1, 2, 3, 4));
    b.node("MatMul", "y", List.of("x", "w"), Map.of());
    b.output("y", 2);
    return b.build();
  }

  private static String refusal(Consumer<ModelProto.Builder> change) {
    ModelProto.Builder proto = linear().proto().toBuilder();
    change.accept(proto);
    return assertThrows(BadInputException.class, () -> OnnxModel.of("m", proto.build()))
        .getMessage();
  }

  private static String graphRefusal(Consumer<GraphProto.Builder> change) {
    return refusal(m -> change.accept(m.getGraphBuilder()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet5", "vgg", "resnet", "densenet"})
  void aModelReadAndWrittenKeepsEveryByte(String name) throws Exception {
    Path file =
        Path.of(OnnxModelTest.class.getResource("/exports/" + name + "-opset13.onnx").toURI());
    OnnxModel model = OnnxModel.read(file);
    Path copy = folder.resolve("copy.onnx");
    model.write(copy);
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy));
    assertArrayEquals(model.bytes(), OnnxModel.of(name, model.proto()).bytes());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(copy), files.toList());
    }
  }

  @Test
  void buildingTheSameModelTwiceGivesTheSameBytes() {
    assertEquals(linear().sha256(), linear().sha256());
  }

  @Test
  void aWriteThatFailsLeavesTheFormerFileAndNoHalfOne() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.createDirectories(file.resolve("inside"));
    BadInputException e = assertThrows(BadInputException.class, () -> linear().write(file));
    assertTrue(e.getMessage().startsWith("model " + file + " cannot be written"), e.getMessage());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.onnx");
    assertEquals(
        "model " + file + " is not a file, expected an ONNX model",
        assertThrows(BadInputException.class, () -> OnnxModel.read(file)).getMessage());
  }

  @Test
  void randomBytesAreRefusedAsBadInput() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThrows(BadInputException.class, () -> OnnxModel.parse("random", bytes), "number " + i);
    }
  }

  @Test
  void aTruncatedModelIsRefusedAtEveryLength() {
    byte[] whole = linear().bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      BadInputException e =
          assertThrows(BadInputException.class, () -> OnnxModel.parse("part", part), "" + length);
      assertTrue(e.getMessage().startsWith("model part "), e.getMessage());
    }
  }

  @Test
  void aModelWithAByteChangedIsReadOrRefusedButNeverFailsOtherwise() {
    byte[] whole = linear().bytes();
    Random random = new Random(2);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = whole.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        OnnxModel.parse("changed", bytes);
      } catch (BadInputException e) {
        assertTrue(e.getMessage().startsWith("model changed "), e.getMessage());
      }
    }
  }

  @Test
  void anInitializerOfTheWrongSizeIsNamed() {
    assertEquals(
        "model m cannot be used: initializer w of dimensions [2, 2] holds 3 bytes, expected 16",
        graphRefusal(g -> g.getInitializerBuilder(0).setRawData(ByteString.copyFrom(new byte[3]))));
  }

  @Test
  void anInputThatNothingMakesIsNamed() {
    assertEquals(
        "model m cannot be used: node y takes ghost, which nothing before it makes, expected nodes"
            + " in the order of computation",
        graphRefusal(g -> g.getNodeBuilder(0).setInput(0, "ghost")));
  }

  @Test
  void twoInitializersOfOneNameAreRefused() {
    assertEquals(
        "model m cannot be used: it has two initializers named w",
        graphRefusal(g -> g.addInitializer(g.getInitializer(0))));
  }

  @Test
  void twoMakersOfOneValueAreRefused() {
    assertEquals(
        "model m cannot be used: two things in it make a value named y",
        graphRefusal(g -> g.addNode(g.getNode(0))));
  }

  @Test
  void aSubgraphIsRefused() {
    assertEquals(
        "model m cannot be used: node y (MatMul) holds a subgraph, expected none but those of If,"
            + " and of Loop and Scan outside of functions and branches",
        graphRefusal(
            g ->
                g.getNodeBuilder(0)
                    .addAttribute(
                        AttributeProto.newBuilder().setG(GraphProto.getDefaultInstance()))));
  }

  @Test
  void externalDataIsRefused() {
    assertEquals(
        "model m cannot be used: initializer w keeps its data in another file, expected a model in"
            + " one file",
        graphRefusal(
            g -> g.getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL)));
  }

  @Test
  void externalDataOfAConstantNodeIsRefused() {
    String message =
        graphRefusal(
            g ->
                g.addNode(
                    NodeProto.newBuilder()
                        .setName("c")
                        .setOpType("Constant")
                        .addOutput("c")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(
                                    TensorProto.newBuilder()
                                        .setDataType(1)
                                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)))));
    assertEquals(
        "model m cannot be used: attribute value of node c keeps its data in another file, expected"
            + " a model in one file",
        message);
  }

  @Test
  void aCycleIsRefused() {
    // Two nodes that take what the other makes.
    String message =
        graphRefusal(
            g -> {
              g.getNodeBuilder(0).setInput(0, "z");
              g.addNode(
                  NodeProto.newBuilder()
                      .setOpType("Relu")
                      .setName("back")
                      .addInput("y")
                      .addOutput("z"));
            });
    assertTrue(message.contains("takes z, which nothing before it makes"), message);
  }

  @Test
  void aQuantizedOperatorWithTooFewInputsIsRefused() {
    String message =
        graphRefusal(g -> g.getNodeBuilder(0).setOpType("QLinearSigmoid").setName("sigmoid"));
    assertTrue(
        message.contains("node sigmoid (QLinearSigmoid) has 2 inputs, expected at least 5"),
        message);
  }

  @Test
  void aNegativeDimensionIsRefused() {
    assertEquals(
        "model m cannot be used: initializer w has a dimension of -2, expected at least 0",
        graphRefusal(g -> g.getInitializerBuilder(0).setDims(0, -2)));
  }

  @Test
  void anInitializerOfATypeThatNothingComputesWithIsRefused() {
    String message =
        graphRefusal(
            g -> g.getInitializerBuilder(0).setDataType(TensorProto.DataType.COMPLEX64_VALUE));
    assertTrue(message.contains("initializer w is of type complex64, expected float"), message);
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() {
    assertEquals(
        "model m cannot be used: constant w of dimensions [2, 2] holds NaN at 2, expected numbers",
        graphRefusal(
            g ->
                g.setInitializer(
                    0, Tensor.ofFloats(new long[] {2, 2}, 1, 2, Float.NaN, 4).toProto("w"))));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.POSITIVE_INFINITY})
  void aScaleThatIsNotAboveZeroIsRefused(float scale) {
    GraphBuilder b = new GraphBuilder("m");
    b.input("x", 2);
    b.initializer("s", Tensor.ofFloats(new long[0], scale));
    b.node("QuantizeLinear", "q", List.of("x", "s"), Map.of());
    b.node("DequantizeLinear", "y", List.of("q", "s"), Map.of());
    b.output("y", 2);
    Refusal.says(b::build, "the scale of node q (QuantizeLinear) is " + scale, "above 0");
  }

  @Test
  void anInputThatIsNotFloatTakesNoPictures() {
    ModelProto.Builder proto = linear().proto().toBuilder();
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(TensorProto.DataType.UINT8_VALUE);
    OnnxModel model = OnnxModel.of("m", proto.build());
    Refusal.says(
        () -> ModelContract.of(model).requirePictureInput(), "input x (uint8", "expected float");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 6, 26, 1L << 40})
  void anOpsetOutOfRangeIsRefused(long opset) {
    assertEquals(
        "model m cannot be used: it is of opset " + opset + ", expected 7 to 25",
        refusal(m -> m.getOpsetImportBuilder(0).setVersion(opset)));
  }

  @Test
  void hugeDimensionsAreRefusedWithoutOverflow() {
    String message =
        graphRefusal(
            g -> g.getInitializerBuilder(0).clearDims().addDims(1L << 40).addDims(1L << 40));
    assertTrue(message.contains("initializer w says it has dimensions"), message);
  }

  @Test
  void otherConstantsMustExistWithTheSameTypeAndDimensions() {
    OnnxModel model = linear();
    for (Map<String, Tensor> wrong :
        List.of(
            Map.of("v", Tensor.ofFloats(new long[] {2, 2}, 0, 0, 0, 0)),
            Map.of("w", Tensor.ofFloats(new long[] {4}, 0, 0, 0, 0)),
            Map.of("w", Tensor.ofInts(new long[] {2, 2}, 0, 0, 0, 0)))) {
      assertThrows(IllegalArgumentException.class, () -> model.withConstants(wrong));
    }
  }

  @Test
  void otherConstantsKeepTheMetadata() {
    OnnxModel model = linear().withMetadata("a", "b").withMetadata("c", "d");
    OnnxModel changed =
        model.withConstants(Map.of("w", Tensor.ofFloats(new long[] {2, 2}, 9, 8, 7, 6)));
    assertEquals(Map.of("a", "b", "c", "d"), changed.metadata());
    assertArrayEquals(new float[] {9, 8, 7, 6}, changed.graph().constants().get("w").floats());
  }

  @Test
  void preprocessingComesBackToTheLastBit() {
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(0.1f + 0.2f, 1f / 3, 0.4822f),
            List.of(0.2023f, Math.nextUp(0.25f), 1f / 7),
            Preprocessing.Layout.NHWC,
            Preprocessing.ChannelOrder.BGR);
    OnnxModel model = PreprocessingMetadata.write(linear(), preprocessing);
    OnnxModel again = OnnxModel.parse("again", model.bytes());
    assertEquals(preprocessing, PreprocessingMetadata.read(again).orElseThrow());
    assertTrue(PreprocessingMetadata.read(linear()).isEmpty());
  }

  @Test
  void preprocessingThatIsNoNumberIsRefused() {
    OnnxModel model = linear().withMetadata("plumbline.preprocessing.mean", "a,b");
    String message =
        assertThrows(BadInputException.class, () -> PreprocessingMetadata.read(model)).getMessage();
    assertTrue(message.contains("the preprocessing in the metadata of model m"), message);
  }
}
