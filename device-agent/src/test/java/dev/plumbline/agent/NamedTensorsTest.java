package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.ElementType;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.device.v1.TensorBatch;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Version 2: tensors by name, in and out, as ONNX Runtime has them. The oracle is ONNX Runtime in
 * this process, with the same threads and batch: bit for bit.
 */
class NamedTensorsTest {
  private static final int H = 2;
  private static final int W = 3;
  private static final int PIXELS = H * W;

  /** Rows, rows of another type, something for all pictures of a run, and a shape that changes. */
  private static final byte[] MANY =
      TextModels.of(
          """
          input { name: 'picture' type { tensor_type { elem_type: 1 shape {
            dim { dim_param: 'N' } dim { dim_value: 1 } dim { dim_value: 2 } dim { dim_value: 3 } } } } }
          node { op_type: 'Flatten' input: 'picture' output: 'flat' }
          node { op_type: 'ArgMax' input: 'flat' output: 'brightest'
            attribute { name: 'axis' type: INT i: 1 } attribute { name: 'keepdims' type: INT i: 0 } }
          node { op_type: 'ReduceSum' input: 'picture' output: 'sum'
            attribute { name: 'keepdims' type: INT i: 0 } }
          node { op_type: 'Floor' input: 'picture' output: 'bright' }
          node { op_type: 'NonZero' input: 'bright' output: 'where' }
          output { name: 'flat' type { tensor_type { elem_type: 1 } } }
          output { name: 'brightest' type { tensor_type { elem_type: 7 } } }
          output { name: 'sum' type { tensor_type { elem_type: 1 } } }
          output { name: 'where' type { tensor_type { elem_type: 7 } } }
          """);

  @TempDir static Path folder;
  private static AgentFixture agent;
  private static AgentFixture isolated;

  @BeforeAll
  static void start() throws Exception {
    agent = new AgentFixture(folder.resolve("one"), BOUNDS, Duration.ofMinutes(1));
    isolated =
        new AgentFixture(
            Files.createDirectories(folder.resolve("two")),
            BOUNDS,
            Quotas.DEFAULT,
            Duration.ofMinutes(1),
            Optional.of(new Isolation(OptionalLong.empty(), Optional.empty())));
  }

  @AfterAll
  static void stop() {
    agent.close();
    isolated.close();
  }

  private static InferHeader.Builder put(AgentFixture at, byte[] model) throws Exception {
    assertEquals(Status.Code.OK, at.put(model).getCode());
    return InferHeader.newBuilder().setVersion(2).setModelSha256(SmallModel.sha256(model));
  }

  private static InferHeader.Builder pictures(AgentFixture at, byte[] model) throws Exception {
    put(at, model);
    return inferHeader(SmallModel.sha256(model), 1, H, W).setVersion(2);
  }

  static NamedTensor tensor(String name, ElementType type, ByteBuffer data, long... dims) {
    NamedTensor.Builder tensor =
        NamedTensor.newBuilder()
            .setName(name)
            .setElementType(type)
            .setData(ByteString.copyFrom(data));
    Arrays.stream(dims).forEach(tensor::addDims);
    return tensor.build();
  }

  static NamedTensor floats(String name, long[] dims, float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return tensor(name, ElementType.ELEMENT_TYPE_FLOAT, data, dims);
  }

  static InferRequest tensors(NamedTensor... inputs) {
    return InferRequest.newBuilder()
        .setTensors(TensorBatch.newBuilder().setId(5).addAllInputs(List.of(inputs)))
        .build();
  }

  private static InferResponse ask(AgentFixture at, InferHeader.Builder header, InferRequest batch)
      throws Exception {
    var call = at.infer().send(request(header)).send(batch).endSending();
    InferResponse answer = call.answer();
    assertEquals(Status.Code.OK, call.end().getCode());
    assertEquals(0, answer.getClasses());
    assertEquals(0, answer.getLogitsCount());
    return answer;
  }

  /** Pixels of which few are 255, which the table makes 1 and everything else less. */
  private static byte[] pixels(int count) {
    byte[] pixels = new byte[count * PIXELS];
    Random random = new Random(11);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(4) == 0 ? 255 : random.nextInt(255));
    }
    return pixels;
  }

  private static Map<String, NamedTensor> onnxRuntime(byte[] model, byte[] pixels, int from, int to)
      throws OrtException {
    FloatBuffer input = FloatBuffer.allocate((to - from) * PIXELS);
    for (int i = from * PIXELS; i < to * PIXELS; i++) {
      input.put((pixels[i] & 0xff) / 255f);
    }
    Map<String, NamedTensor> outputs = new LinkedHashMap<>();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor tensor =
              OnnxTensor.createTensor(environment, input.flip(), new long[] {to - from, 1, H, W});
          OrtSession.Result result = session.run(Map.of("picture", tensor))) {
        for (Map.Entry<String, OnnxValue> output : result) {
          OnnxTensor value = (OnnxTensor) output.getValue();
          outputs.put(
              output.getKey(),
              tensor(
                  output.getKey(),
                  ElementType.valueOf(
                      value
                          .getInfo()
                          .onnxType
                          .name()
                          .replace("ONNX_TENSOR_ELEMENT_DATA_", "ELEMENT_")),
                  value.getByteBuffer(),
                  value.getInfo().getShape()));
        }
      }
    }
    return outputs;
  }

  private static List<OutputPart> parts(InferResponse answer, String name) {
    return answer.getOutputsList().stream()
        .filter(part -> part.getTensor().getName().equals(name))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"false,0", "false,1", "false,3", "true,3", "true,1"})
  void outputsComeByNameWithTheTypesAndShapesOfOnnxRuntime(boolean apart, int runBatch)
      throws Exception {
    AgentFixture at = apart ? isolated : agent;
    int count = 7;
    byte[] pixels = pixels(count);
    InferResponse answer =
        ask(at, pictures(at, MANY).setRunBatch(runBatch), batch(9, count, pixels));
    assertEquals(9, answer.getBatchId());
    assertEquals(count, answer.getCount());
    int atOnce = runBatch == 0 ? count : runBatch;
    assertEquals(atOnce, answer.getFingerprint().getBatch());
    // Rows are joined over the runs.
    for (String name : List.of("flat", "brightest")) {
      ByteString expected = ByteString.EMPTY;
      for (int from = 0; from < count; from += atOnce) {
        expected =
            expected.concat(
                onnxRuntime(MANY, pixels, from, Math.min(count, from + atOnce))
                    .get(name)
                    .getData());
      }
      OutputPart part = parts(answer, name).get(0);
      assertEquals(1, parts(answer, name).size(), name);
      assertTrue(part.getRows());
      assertEquals(count, part.getCount());
      assertEquals(atOnce, part.getRun());
      assertEquals(count, part.getTensor().getDims(0));
      assertEquals(expected, part.getTensor().getData(), name);
    }
    assertEquals(
        ElementType.ELEMENT_TYPE_INT64,
        parts(answer, "brightest").get(0).getTensor().getElementType());
    // What is no row for each picture comes whole, run by run.
    for (String name : List.of("sum", "where")) {
      int run = 0;
      for (int from = 0; from < count; from += atOnce, run++) {
        int to = Math.min(count, from + atOnce);
        OutputPart part = parts(answer, name).get(run);
        assertFalse(part.getRows());
        assertEquals(from, part.getFirst());
        assertEquals(to - from, part.getCount());
        assertEquals(onnxRuntime(MANY, pixels, from, to).get(name), part.getTensor());
      }
      assertEquals(run, parts(answer, name).size(), name);
    }
  }

  @Test
  void onlyOutputsThatAreNamedComeInTheOrderAskedFor() throws Exception {
    InferResponse answer =
        ask(
            agent,
            pictures(agent, MANY).addOutputs("sum").addOutputs("flat"),
            batch(0, 2, pixels(2)));
    assertEquals(
        List.of("sum", "flat"),
        answer.getOutputsList().stream().map(part -> part.getTensor().getName()).toList());
  }

  @Test
  void rowsOfCopiesThatFillARunUpAreLeftOut() throws Exception {
    byte[] model = SmallModel.linear(4, 1, H, W).build().toByteArray();
    InferResponse answer = ask(agent, pictures(agent, model), batch(0, 6, pixels(6)));
    OutputPart part = answer.getOutputs(0);
    assertEquals(List.of(6L, (long) SmallModel.CLASSES), part.getTensor().getDimsList());
    assertEquals(6, part.getCount());
    assertEquals(4, part.getRun());
    assertEquals(6 * SmallModel.CLASSES * Float.BYTES, part.getTensor().getData().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"UINT16", "UINT32", "UINT64"},
      mode = EnumSource.Mode.EXCLUDE)
  void aTensorOfEachTypeGoesThereAndBack(TensorType type) throws Exception {
    ElementType wire = type.wire();
    byte[] model = TextModels.identity(wire.getNumber());
    ByteBuffer data = ByteBuffer.allocate(6 * type.bytes());
    new Random(type.ordinal()).nextBytes(data.array());
    if (type == TensorType.BOOL) {
      data.put(new byte[] {0, 1, 1, 0, 0, 1}).rewind();
    }
    NamedTensor there = tensor("in", wire, data, 2, 3);
    for (AgentFixture at : List.of(agent, isolated)) {
      InferResponse answer = ask(at, put(at, model), tensors(there));
      assertEquals(5, answer.getBatchId());
      assertEquals(0, answer.getCount());
      assertEquals(0, answer.getFingerprint().getBatch());
      assertEquals(there.toBuilder().setName("out").build(), answer.getOutputs(0).getTensor());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 12, 13})
  void typesThatOnlyOnnxRuntimeMakesComeBack(int type) throws Exception {
    byte[] model =
        TextModels.of(
            """
            input { name: 'in' type { tensor_type { elem_type: 1 } } }
            node { op_type: 'Cast' input: 'in' output: 'out'
              attribute { name: 'to' type: INT i: %d } }
            output { name: 'out' type { tensor_type { elem_type: %d } } }
            """
                .formatted(type, type));
    InferResponse answer =
        ask(agent, put(agent, model), tensors(floats("in", new long[] {2}, 7, 40000)));
    NamedTensor out = answer.getOutputs(0).getTensor();
    assertEquals(type, out.getElementTypeValue());
    ByteBuffer data = out.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int bytes = data.remaining() / 2;
    assertEquals(type == 4 ? 2 : type == 12 ? 4 : 8, bytes);
    assertEquals(7, data.get(0));
    assertEquals((short) 40000, data.getShort(bytes));
  }

  @Test
  void scalarsAndEmptyTensorsGoThereAndBack() throws Exception {
    byte[] model = TextModels.identity(ElementType.ELEMENT_TYPE_FLOAT_VALUE);
    for (NamedTensor there :
        List.of(
            floats("in", new long[0], 3),
            floats("in", new long[] {0, 3}),
            floats("in", new long[] {1, 1, 1, 1, 1, 1, 1, 1}, 2))) {
      NamedTensor back = ask(agent, put(agent, model), tensors(there)).getOutputs(0).getTensor();
      assertEquals(there.toBuilder().setName("out").build(), back);
    }
  }

  @Test
  void aModelOfSeveralInputsTakesTensorsOfEach() throws Exception {
    byte[] model = TextModels.weighted();
    InferResponse answer =
        ask(
            agent,
            put(agent, model),
            tensors(
                floats("weight", new long[] {1}, 2),
                floats("picture", new long[] {1, 1, 1, 2}, 3, 4)));
    assertArrayEquals(new float[] {6, 8}, values(answer.getOutputs(0).getTensor()));
  }

  @Test
  void otherInputsOfAPictureGoToEachRun() throws Exception {
    byte[] model = TextModels.weighted();
    put(agent, model);
    InferHeader.Builder header =
        inferHeader(SmallModel.sha256(model), 1, 1, 2)
            .setVersion(2)
            .setPictureInput("picture")
            .setRunBatch(1);
    InferRequest batch =
        InferRequest.newBuilder()
            .setBatch(
                PictureBatch.newBuilder()
                    .setCount(3)
                    .setPixels(ByteString.copyFrom(new byte[] {0, 51, 0, 102, 0, (byte) 255}))
                    .addInputs(floats("weight", new long[] {1}, 10)))
            .build();
    float[] found = values(ask(agent, header, batch).getOutputs(0).getTensor());
    // The oracle is the product by hand; a table has p / 255.
    assertArrayEquals(
        new float[] {0, 51 / 255f * 10, 0, 102 / 255f * 10, 0, 255 / 255f * 10}, found);
  }

  @Test
  void theAgentSaysThatItSpeaksVersionTwoAndHowMuchItAnswers() {
    var limits =
        agent
            .blocking()
            .describe(dev.plumbline.device.v1.DescribeRequest.getDefaultInstance())
            .getLimits();
    assertEquals(2, limits.getVersion());
    assertEquals(BOUNDS.maxOutputBytes(), limits.getMaxOutputBytes());
  }

  private static float[] values(NamedTensor tensor) {
    FloatBuffer floats =
        tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }
}
