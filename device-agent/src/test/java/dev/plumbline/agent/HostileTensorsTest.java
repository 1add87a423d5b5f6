package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static dev.plumbline.agent.NamedTensorsTest.floats;
import static dev.plumbline.agent.NamedTensorsTest.tensor;
import static dev.plumbline.agent.NamedTensorsTest.tensors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.plumbline.device.v1.ElementType;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.PictureBatch;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors and headers of version 2 that are wrong; an honest call goes well after each. */
class HostileTensorsTest {
  private static final byte[] FLOATS = TextModels.identity(ElementType.ELEMENT_TYPE_FLOAT_VALUE);
  private static final byte[] WEIGHTED = TextModels.weighted();
  private static final byte[] ZEROS = TextModels.zeros();
  private static final NamedTensor ONE = floats("in", new long[] {1}, 1);
  private static final int FUZZ_SEED = 20261130;

  @TempDir static Path folder;
  private static AgentFixture agent;

  @BeforeAll
  static void start() throws Exception {
    agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
    for (byte[] model : List.of(FLOATS, WEIGHTED, ZEROS)) {
      assertEquals(Status.Code.OK, agent.put(model).getCode());
    }
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @AfterEach
  void anHonestCallGoesWell() throws Exception {
    assertEquals(Status.Code.OK, end(header(FLOATS), tensors(ONE)).getCode());
  }

  private static InferHeader.Builder header(byte[] model) {
    return InferHeader.newBuilder().setVersion(2).setModelSha256(SmallModel.sha256(model));
  }

  private static Status end(InferHeader.Builder header, InferRequest batch) throws Exception {
    return agent.infer().send(request(header)).send(batch).endSending().end();
  }

  private static void assertRefused(Status found, Status.Code code, String part) {
    assertEquals(code, found.getCode(), found.toString());
    String said = String.valueOf(found.getDescription());
    assertTrue(said.contains(part), "'" + said + "' does not contain '" + part + "'");
    assertFalse(said.contains("Exception"), said);
  }

  private static Arguments bad(String part, NamedTensor... inputs) {
    return Arguments.of(part, List.of(inputs));
  }

  private static NamedTensor changed(Consumer<NamedTensor.Builder> change) {
    NamedTensor.Builder tensor = ONE.toBuilder();
    change.accept(tensor);
    return tensor.build();
  }

  static Stream<Arguments> badTensors() {
    long huge = 1L << 62;
    return Stream.of(
        bad("tensors for the inputs []; expected one for each of [in]"),
        bad("tensors for the inputs [other]", changed(t -> t.setName("other"))),
        bad("tensors for the inputs [in, more]", ONE, changed(t -> t.setName("more"))),
        bad("two tensors for the input 'in'", ONE, ONE),
        bad("tensors for the inputs []", changed(NamedTensor.Builder::clearName)),
        bad("the dimensions [2] and 4 bytes", changed(t -> t.setDims(0, 2))),
        bad("the dimensions [0] and 4 bytes", changed(t -> t.setDims(0, 0))),
        bad("the dimensions [] and 8 bytes", floats("in", new long[0], 1, 2)),
        bad("the dimensions [-1]; expected none below 0", changed(t -> t.setDims(0, -1))),
        bad(
            "the dimensions [-1, -1]; expected none below 0",
            changed(t -> t.setDims(0, -1).addDims(-1))),
        bad(
            "the dimensions [-9223372036854775808]; expected none below 0",
            changed(t -> t.setDims(0, Long.MIN_VALUE))),
        // 2^64 elements are 0 in a long, 2^62 floats are too.
        bad("and 0 bytes", floats("in", new long[] {1L << 32, 1L << 32})),
        bad("and 0 bytes", floats("in", new long[] {huge})),
        bad("and 4 bytes", changed(t -> t.setDims(0, huge).addDims(4).addDims(1))),
        bad("the dimensions [1000000000] and 4 bytes", changed(t -> t.setDims(0, 1_000_000_000))),
        bad("has 9 dimensions; expected at most 8", floats("in", new long[9])),
        bad("element type 0, which no input can be", changed(t -> t.setElementTypeValue(0))),
        bad("element type 8, which", changed(t -> t.setElementTypeValue(8))),
        bad("element type 4, which", changed(t -> t.setElementTypeValue(4))),
        bad("element type 17, which", changed(t -> t.setElementTypeValue(17))),
        bad("element type -1, which", changed(t -> t.setElementTypeValue(-1))),
        bad(
            "'in' of INT32 [1] for an input that is",
            changed(t -> t.setElementType(ElementType.ELEMENT_TYPE_INT32))),
        bad(
            "'in' of DOUBLE [1] for an input that is",
            tensor("in", ElementType.ELEMENT_TYPE_DOUBLE, ByteBuffer.allocate(8), 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTensors")
  void aBadTensorIsRefused(String part, List<NamedTensor> inputs) throws Exception {
    Status found = end(header(FLOATS), tensors(inputs.toArray(NamedTensor[]::new)));
    assertRefused(found, Status.Code.INVALID_ARGUMENT, part);
  }

  @Test
  void tensorsThatAreTooBigTogetherAreRefused() throws Exception {
    NamedTensor half = floats("picture", new long[] {1100}, new float[1100]);
    Status found = end(header(WEIGHTED), tensors(half, half.toBuilder().setName("weight").build()));
    assertRefused(found, Status.Code.RESOURCE_EXHAUSTED, "tensors of 8800 bytes are too big");
  }

  @Test
  void aShapeThatTheModelDoesNotTakeIsRefusedInOnnxRuntimesWords() throws Exception {
    Status found =
        end(
            header(WEIGHTED),
            tensors(
                floats("picture", new long[] {1, 1, 1, 3}, 1, 2, 3),
                floats("weight", new long[] {1}, 1)));
    assertRefused(found, Status.Code.INVALID_ARGUMENT, "invalid dimensions for input: picture");
  }

  @ParameterizedTest
  @MethodSource("tooManyElements")
  void anOutputBeyondTheLimitIsRefused(long elements, String part) throws Exception {
    ByteBuffer data = ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    data.putLong(0, elements);
    Status found =
        end(header(ZEROS), tensors(tensor("shape", ElementType.ELEMENT_TYPE_INT64, data, 1)));
    assertTrue(
        found.getCode() == Status.Code.RESOURCE_EXHAUSTED
            || found.getCode() == Status.Code.INVALID_ARGUMENT,
        found.toString());
    assertTrue(found.getDescription().contains(part), found.toString());
  }

  static Stream<Arguments> tooManyElements() {
    return Stream.of(
        Arguments.of(13_000_000L, "52000000 bytes ([13000000]) as its output 'out'"),
        Arguments.of(-5L, "model refused: "),
        // More than any memory.
        Arguments.of(1L << 60, "model refused: "));
  }

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        Arguments.of("version 3; expected 0 to 2", edit(h -> h.setVersion(3))),
        Arguments.of("version -1; expected 0 to 2", edit(h -> h.setVersion(-1))),
        Arguments.of("no output 'none'; expected one of [out]", edit(h -> h.addOutputs("none"))),
        Arguments.of("no output ''", edit(h -> h.addOutputs(""))),
        Arguments.of("expected each name once", edit(h -> h.addOutputs("out").addOutputs("out"))),
        Arguments.of("with the output 'out'", edit(h -> h.setOutput("out"))),
        Arguments.of("and no shape", edit(h -> h.setRunBatch(1))),
        Arguments.of("and no shape", edit(h -> h.setPictureInput("in"))),
        Arguments.of("version 1 with outputs", edit(h -> h.setVersion(1).addOutputs("out"))),
        Arguments.of(
            "no input 'none'; expected one of [in]",
            edit(h -> pictures(h).setPictureInput("none"))),
        Arguments.of("pictures of 0x0x0", edit(h -> h.setVersion(0))));
  }

  private static InferHeader.Builder pictures(InferHeader.Builder header) {
    InferHeader pictures = inferHeader(header.getModelSha256(), 1, 1, 2).build();
    return header.setShape(pictures.getShape()).setPreprocessing(pictures.getPreprocessing());
  }

  private static Consumer<InferHeader.Builder> edit(Consumer<InferHeader.Builder> edit) {
    return edit;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badHeaders")
  void aBadHeaderIsRefused(String part, Consumer<InferHeader.Builder> spoil) throws Exception {
    InferHeader.Builder header = header(FLOATS);
    spoil.accept(header);
    assertRefused(agent.infer().send(request(header)).end(), Status.Code.INVALID_ARGUMENT, part);
  }

  @Test
  void theOtherKindOfBatchIsRefused() throws Exception {
    assertRefused(
        end(header(FLOATS), batch(0, 1, new byte[2])),
        Status.Code.INVALID_ARGUMENT,
        "a batch of pictures after a header without shape");
    assertRefused(
        end(pictures(header(WEIGHTED)).setPictureInput("picture"), tensors(ONE)),
        Status.Code.INVALID_ARGUMENT,
        "a batch of tensors after a header with the shape of pictures");
    byte[] small = SmallModel.linear(0, 1, 1, 2).build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(small).getCode());
    InferRequest more =
        InferRequest.newBuilder()
            .setBatch(
                PictureBatch.newBuilder()
                    .setCount(1)
                    .setPixels(ByteString.copyFrom(new byte[2]))
                    .addInputs(ONE))
            .build();
    assertRefused(
        end(pictures(header(small)).setVersion(0), more),
        Status.Code.INVALID_ARGUMENT,
        "tensors in a call of version 1");
    assertRefused(
        end(pictures(header(small)), more),
        Status.Code.INVALID_ARGUMENT,
        "tensors for the inputs [in]; expected none beside the picture");
    assertRefused(
        end(pictures(header(WEIGHTED)), batch(0, 1, new byte[2])),
        Status.Code.INVALID_ARGUMENT,
        "inputs [picture, weight]; expected one for the picture");
  }

  @Test
  void outputsThatAreNoTensorsOfNumbersAreRefusedByName() throws Exception {
    byte[] model =
        TextModels.of(
            """
            input { name: 'in' type { tensor_type { elem_type: 1 } } }
            node { op_type: 'Cast' input: 'in' output: 'text'
              attribute { name: 'to' type: INT i: 8 } }
            node { op_type: 'SequenceConstruct' input: 'in' output: 'list' }
            node { op_type: 'Identity' input: 'in' output: 'out' }
            output { name: 'text' type { tensor_type { elem_type: 8 } } }
            output { name: 'list' type { sequence_type { elem_type { tensor_type {
              elem_type: 1 } } } } }
            output { name: 'out' type { tensor_type { elem_type: 1 } } }
            """);
    assertEquals(Status.Code.OK, agent.put(model).getCode());
    assertRefused(
        agent.infer().send(request(header(model))).end(),
        Status.Code.INVALID_ARGUMENT,
        "its output 'text' is");
    assertRefused(
        agent.infer().send(request(header(model).addOutputs("list"))).end(),
        Status.Code.INVALID_ARGUMENT,
        "its output 'list' is");
    assertEquals(Status.Code.OK, end(header(model).addOutputs("out"), tensors(ONE)).getCode());
  }

  /** What still is a message gets an answer or a sentence; the agent never fails. */
  @Test
  void mutatedMessagesNeverMakeTheAgentFail() throws Exception {
    Random random = new Random(FUZZ_SEED);
    for (int i = 0; i < 400; i++) {
      InferRequest header = mutated(request(header(FLOATS).addOutputs("out")), random, i % 2);
      InferRequest batch = mutated(tensors(floats("in", new long[] {2, 1}, 1, 2)), random, 1);
      Status found = agent.infer().send(header).send(batch).endSending().end();
      assertTrue(
          found.getCode() == Status.Code.OK
              || found.getCode() == Status.Code.INVALID_ARGUMENT
              || found.getCode() == Status.Code.NOT_FOUND
              || found.getCode() == Status.Code.RESOURCE_EXHAUSTED,
          "random seed " + FUZZ_SEED + ", " + i + ": " + found + " of " + header + batch);
    }
  }

  private static InferRequest mutated(InferRequest message, Random random, int changes) {
    while (true) {
      byte[] bytes = message.toByteArray();
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        return InferRequest.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        // No message any more, which gRPC refuses before the agent sees it.
        continue;
      }
    }
  }
}
