package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs and outputs that exporters write; the oracle is the same model in its plain form. */
class ModelFormsTest {
  private static final int H = 4;
  private static final int W = 5;
  private static final int COUNT = 3;

  @TempDir static Path folder;
  private static AgentFixture agent;

  @BeforeAll
  static void start() throws Exception {
    agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  private static byte[] pixels() {
    byte[] pixels = new byte[COUNT * H * W];
    new Random(3).nextBytes(pixels);
    return pixels;
  }

  private static InferHeader.Builder put(ModelProto.Builder model) throws Exception {
    byte[] bytes = model.build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(bytes).getCode());
    return inferHeader(SmallModel.sha256(bytes), 1, H, W);
  }

  private static InferResponse ask(InferHeader.Builder header) throws Exception {
    return agent
        .infer()
        .send(request(header))
        .send(batch(1, COUNT, pixels()))
        .endSending()
        .answer();
  }

  private static void assertSameScores(InferResponse expected, InferResponse found, double share) {
    assertEquals(expected.getClasses(), found.getClasses());
    assertEquals(expected.getLogitsCount(), found.getLogitsCount());
    for (int i = 0; i < expected.getLogitsCount(); i++) {
      assertEquals(expected.getLogits(i), found.getLogits(i), share, "score " + i);
    }
  }

  private static NodeProto cast(String from, String to, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {TensorProto.DataType.FLOAT16_VALUE, TensorProto.DataType.DOUBLE_VALUE})
  void halfAndDoublePrecisionAreConvertedAtTheBoundary(int type) throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, H, W);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
    graph.getNodeBuilder(0).setInput(0, "floats");
    graph.getNodeBuilder(1).setOutput(0, "scores");
    NodeProto flatten = graph.getNode(0);
    NodeProto product = graph.getNode(1);
    graph
        .clearNode()
        .addNode(cast("picture", "floats", TensorProto.DataType.FLOAT_VALUE))
        .addNode(flatten)
        .addNode(product)
        .addNode(cast("scores", "logits", type));
    InferResponse expected = ask(put(SmallModel.linear(0, 1, H, W)));
    // float16 keeps 11 bits; sums of 20 products reach some 10.
    assertSameScores(expected, ask(put(model)), 0.02);
    assertSameScores(expected, ask(put(model).setRunBatch(1)), 0.02);
  }

  @Test
  void dimensionsOfOneBesideTheClassesCarryNothing() throws Exception {
    ModelProto.Builder model = reshaped(-1, SmallModel.CLASSES, 1, 1);
    InferResponse expected = ask(put(SmallModel.linear(0, 1, H, W)));
    assertSameScores(expected, ask(put(model)), 0);
    assertSameScores(expected, ask(put(model).setRunBatch(1)), 0);
  }

  @Test
  void severalNumbersForEachClassAreRefused() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, H, W);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(1).setOutput(0, "scores");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Concat")
            .addInput("scores")
            .addInput("scores")
            .addOutput("twice")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(1)));
    reshape(graph, "twice", -1, SmallModel.CLASSES, 2);
    Status status =
        agent.infer().send(request(put(model))).send(batch(1, COUNT, pixels())).endSending().end();
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertTrue(status.getDescription().contains("[3, 5, 2]"), status.getDescription());
  }

  @Test
  void theOutputThatIsNamedComesBack() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, H, W);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.addOutput(0, SmallModel.value("flat", 0, H * W));
    InferResponse expected = ask(put(SmallModel.linear(0, 1, H, W)));
    assertEquals(H * W, ask(put(model)).getClasses());
    assertSameScores(expected, ask(put(model).setOutput("logits")), 0);
    Status status = agent.infer().send(request(put(model).setOutput("none"))).end();
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertTrue(status.getDescription().contains("no output 'none'"), status.getDescription());
  }

  private static ModelProto.Builder reshaped(long... shape) {
    ModelProto.Builder model = SmallModel.linear(0, 1, H, W);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(1).setOutput(0, "scores");
    reshape(graph, "scores", shape);
    return model;
  }

  private static void reshape(GraphProto.Builder graph, String from, long... shape) {
    TensorProto.Builder to =
        TensorProto.newBuilder()
            .setName("shape")
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(shape.length);
    for (long dim : shape) {
      to.addInt64Data(dim);
    }
    graph
        .addInitializer(to)
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Reshape")
                .addInput(from)
                .addInput("shape")
                .addOutput("logits"));
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
  }
}
