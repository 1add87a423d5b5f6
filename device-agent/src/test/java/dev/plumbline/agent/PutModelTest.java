package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.chunk;
import static dev.plumbline.agent.AgentFixture.header;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutModelTest {
  private static final byte[] MODEL = SmallModel.linear(0, 1, 4, 4).build().toByteArray();
  private static final String SHA256 = SmallModel.sha256(MODEL);

  @TempDir Path folder;
  private AgentFixture agent;

  @BeforeEach
  void start() throws IOException {
    agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** The call's end comes before the agent has cleared up behind it. */
  private void assertNothingStored() throws Exception {
    for (int i = 0; i < 100 && !files().isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertEquals(List.of(), files());
  }

  private static void assertRefused(Status found, Status.Code code, String part) {
    assertEquals(code, found.getCode(), found.toString());
    assertTrue(
        String.valueOf(found.getDescription()).contains(part),
        "'" + found.getDescription() + "' does not contain '" + part + "'");
  }

  @Test
  void everyChunkIsAnsweredAndTheModelIsStoredUnderItsHash() throws Exception {
    var call = agent.put().send(header(SHA256, MODEL.length));
    assertEquals(PutModelResponse.getDefaultInstance(), call.answer());
    int half = MODEL.length / 2;
    call.send(chunk(Arrays.copyOf(MODEL, half)));
    assertEquals(half, call.answer().getReceivedBytes());
    call.send(chunk(Arrays.copyOfRange(MODEL, half, MODEL.length)));
    PutModelResponse received = call.answer();
    assertEquals(MODEL.length, received.getReceivedBytes());
    assertFalse(received.getStored());
    call.endSending();
    assertTrue(call.answer().getStored());
    assertEquals(Status.Code.OK, call.end().getCode());
    assertEquals(List.of(SHA256 + ".onnx"), files());
    assertEquals(1, agent.blocking().health(HealthRequest.getDefaultInstance()).getModels());
  }

  @Test
  void aModelThatIsThereIsAnsweredAtOnce() throws Exception {
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
    var call = agent.put().send(header(SHA256, MODEL.length));
    assertTrue(call.answer().getStored());
    assertEquals(Status.Code.OK, call.endSending().end().getCode());
  }

  @Test
  void aStoredModelThatWasSpoiltIsTakenAgain() throws Exception {
    Files.writeString(folder.resolve(SHA256 + ".onnx"), "spoilt");
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
    assertEquals(MODEL.length, Files.size(folder.resolve(SHA256 + ".onnx")));
  }

  @Test
  void aWrongHashIsRefused() throws Exception {
    String other = SmallModel.sha256(new byte[0]);
    Status end =
        agent.put().send(header(other, MODEL.length)).send(chunk(MODEL)).endSending().end();
    assertRefused(end, Status.Code.INVALID_ARGUMENT, SHA256 + "; expected " + other);
    assertNothingStored();
  }

  @Test
  void aHashThatIsNoneIsRefused() throws Exception {
    Status end = agent.put().send(header("../" + SHA256.substring(3), 10)).end();
    assertRefused(end, Status.Code.INVALID_ARGUMENT, "names no model");
  }

  @Test
  void aTruncatedModelIsRefused() throws Exception {
    Status end =
        agent
            .put()
            .send(header(SHA256, MODEL.length))
            .send(chunk(Arrays.copyOf(MODEL, 100)))
            .endSending()
            .end();
    assertRefused(end, Status.Code.INVALID_ARGUMENT, "ended after 100 bytes");
    assertNothingStored();
  }

  @Test
  void aModelLongerThanItSaysIsRefused() throws Exception {
    Status end = agent.put().send(header(SHA256, 99)).send(chunk(MODEL)).end();
    assertRefused(end, Status.Code.INVALID_ARGUMENT, "goes on after byte 99");
    assertNothingStored();
  }

  @Test
  void aModelThatIsTooBigIsRefusedByItsHeader() throws Exception {
    Status end = agent.put().send(header(SHA256, BOUNDS.maxModelBytes() + 1)).end();
    assertRefused(end, Status.Code.RESOURCE_EXHAUSTED, "65537 bytes is too big");
  }

  /** Again and again: the header may or may not be being answered at that moment. */
  @RepeatedTest(20)
  void aChunkThatIsTooBigForAMessageIsRefusedAndTheAgentGoesOn() throws Exception {
    Status end =
        agent.put().send(header(SHA256, MODEL.length)).send(chunk(new byte[2 << 20])).end();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
    assertEquals(Status.Code.OK, agent.put(MODEL).getCode());
  }

  @Test
  void aChunkBeforeTheHeaderIsRefused() throws Exception {
    assertRefused(
        agent.put().send(chunk(MODEL)).end(), Status.Code.INVALID_ARGUMENT, "before the header");
  }

  @Test
  void aCancelledPutLeavesNothingBehind() throws Exception {
    var call = agent.put().send(header(SHA256, MODEL.length)).send(chunk(new byte[10]));
    call.answer();
    call.answer();
    assertEquals(1, files().size());
    call.cancel();
    assertNothingStored();
  }

  @Test
  void randomBytesAreRefused() throws Exception {
    byte[] garbage = new byte[5_000];
    new Random(1).nextBytes(garbage);
    assertRefused(agent.put(garbage), Status.Code.INVALID_ARGUMENT, "model refused: ");
    assertNothingStored();
  }

  @Test
  void aModelThatOnnxRuntimeDoesNotLoadIsRefusedWithItsReason() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().getNodeBuilder(1).setOpType("NoSuchOperator");
    assertRefused(
        agent.put(model.build().toByteArray()), Status.Code.INVALID_ARGUMENT, "NoSuchOperator");
    assertNothingStored();
  }

  private static TensorProto external() {
    return TensorProto.newBuilder()
        .setName("elsewhere")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(1)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/hostname"))
        .build();
  }

  @Test
  void externalDataIsRefused() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().addInitializer(external());
    assertRefused(
        agent.put(model.build().toByteArray()),
        Status.Code.INVALID_ARGUMENT,
        "tensor 'elsewhere' is external data");
  }

  @Test
  void externalDataInASubgraphIsRefused() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model
        .getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("If")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(
                            GraphProto.newBuilder()
                                .addNode(
                                    NodeProto.newBuilder()
                                        .setOpType("Constant")
                                        .addAttribute(
                                            AttributeProto.newBuilder()
                                                .setName("value")
                                                .setT(external()))))));
    assertRefused(
        agent.put(model.build().toByteArray()),
        Status.Code.INVALID_ARGUMENT,
        "tensor 'elsewhere' is external data");
  }

  @Test
  void anOperatorOfAForeignLibraryIsRefused() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().getNodeBuilder(1).setDomain("my.library").setOpType("Special");
    assertRefused(
        agent.put(model.build().toByteArray()),
        Status.Code.INVALID_ARGUMENT,
        "operator Special is of domain 'my.library'");
  }

  @Test
  void aModelOfTwoInputsIsRefusedWhenPicturesAreSentWithoutTheNameOfTheirInput() throws Exception {
    ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
    model.getGraphBuilder().addInput(SmallModel.value("mask", 0, 3));
    byte[] bytes = model.build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(bytes).getCode());
    Status end = agent.infer().send(request(inferHeader(SmallModel.sha256(bytes), 1, 4, 4))).end();
    assertRefused(end, Status.Code.INVALID_ARGUMENT, "[picture, mask]");
  }

  @Test
  void theModelUnusedForLongestMakesRoom() throws Exception {
    // 60 KiB each in a store of 256 KiB: the fifth drives the first out.
    String first = null;
    for (int i = 0; i < 5; i++) {
      ModelProto.Builder model = SmallModel.linear(0, 1, 4, 4);
      byte[] bytes = model.setDocString(i + "x".repeat(60 << 10)).build().toByteArray();
      first = first == null ? SmallModel.sha256(bytes) : first;
      assertEquals(Status.Code.OK, agent.put(bytes).getCode());
      // File times may be as coarse as this.
      Thread.sleep(20);
    }
    assertEquals(4, files().size());
    assertFalse(files().contains(first + ".onnx"));
    // Two newer ones have taken its place in memory as well.
    Status end = agent.infer().send(request(inferHeader(first, 1, 4, 4))).end();
    assertRefused(end, Status.Code.NOT_FOUND, first + " is not on this device");
  }
}
