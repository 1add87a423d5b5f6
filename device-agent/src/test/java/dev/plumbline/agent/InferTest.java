package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.BOUNDS;
import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Layout;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is ONNX Runtime in this process, with the same threads and batch: bit for bit. */
class InferTest {
  private static final int H = 4;
  private static final int W = 5;
  private static final byte[] GREY = SmallModel.linear(0, 1, H, W).build().toByteArray();
  private static final String GREY_SHA256 = SmallModel.sha256(GREY);

  @TempDir static Path folder;
  private static AgentFixture agent;

  @BeforeAll
  static void start() throws Exception {
    agent = new AgentFixture(folder, BOUNDS, Duration.ofMinutes(1));
    assertEquals(Status.Code.OK, agent.put(GREY).getCode());
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  private static byte[] pixels(int bytes, long seed) {
    byte[] pixels = new byte[bytes];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }

  private static float[] logits(InferResponse response) {
    float[] all = new float[response.getLogitsCount()];
    for (int i = 0; i < all.length; i++) {
      all[i] = response.getLogits(i);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void logitsAreThoseOfOnnxRuntimeInEveryLayoutAndChannelOrder(boolean channelsLast, boolean bgr)
      throws Exception {
    int[] dimensions = channelsLast ? new int[] {H, W, 3} : new int[] {3, H, W};
    byte[] model = SmallModel.linear(0, dimensions).build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(model).getCode());
    InferHeader.Builder header = inferHeader(SmallModel.sha256(model), 3, H, W);
    header
        .getPreprocessingBuilder()
        .setLayout(channelsLast ? Layout.LAYOUT_NHWC : Layout.LAYOUT_NCHW);
    if (bgr) {
      header.getPreprocessingBuilder().setPictureChannels(0, 2).setPictureChannels(2, 0);
    }
    int count = 4;
    byte[] pixels = pixels(count * 3 * H * W, 3);
    float[] input = new float[pixels.length];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < H * W; i++) {
          int from = n * 3 * H * W + (bgr ? 2 - c : c) * H * W + i;
          int to = n * 3 * H * W + (channelsLast ? i * 3 + c : c * H * W + i);
          input[to] = (pixels[from] & 0xff) / 255f - c;
        }
      }
    }
    float[][] expected =
        SmallModel.logits(model, input, count, dimensions[0], dimensions[1], dimensions[2]);
    InferResponse response =
        agent.infer().send(request(header)).send(batch(17, count, pixels)).endSending().answer();
    assertArrayEquals(flat(expected), logits(response));
    assertEquals(17, response.getBatchId());
    assertEquals(count, response.getCount());
    assertEquals(SmallModel.CLASSES, response.getClasses());
    assertEquals(SmallModel.sha256(model), response.getFingerprint().getModelSha256());
    assertEquals(count, response.getFingerprint().getBatch());
    assertEquals("CPUExecutionProvider", response.getFingerprint().getProvider());
    assertEquals(1, response.getFingerprint().getThreads());
  }

  @Test
  void batchesAreAnsweredInTheirOrder() throws Exception {
    var call = agent.infer().send(request(inferHeader(GREY_SHA256, 1, H, W)));
    for (int b = 0; b < 20; b++) {
      call.send(batch(b, 1 + b % 8, pixels((1 + b % 8) * H * W, b)));
    }
    call.endSending();
    for (int b = 0; b < 20; b++) {
      InferResponse response = call.answer();
      assertEquals(b, response.getBatchId());
      assertEquals(1 + b % 8, response.getCount());
    }
    assertEquals(Status.Code.OK, call.end().getCode());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,5", "4,8", "4,6", "4,1"})
  void aModelOfFixedBatchTakesBatchesOfAnySize(int fixed, int count) throws Exception {
    byte[] model = SmallModel.linear(fixed, 1, H, W).build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(model).getCode());
    byte[] pixels = pixels(count * H * W, 5);
    float[] expected = new float[count * SmallModel.CLASSES];
    for (int first = 0; first < count; first += fixed) {
      float[] input = new float[fixed * H * W];
      int now = Math.min(fixed, count - first);
      for (int i = 0; i < now * H * W; i++) {
        input[i] = (pixels[first * H * W + i] & 0xff) / 255f;
      }
      float[] rows = flat(SmallModel.logits(model, input, fixed, 1, H, W));
      System.arraycopy(rows, 0, expected, first * SmallModel.CLASSES, now * SmallModel.CLASSES);
    }
    InferResponse response =
        agent
            .infer()
            .send(request(inferHeader(SmallModel.sha256(model), 1, H, W)))
            .send(batch(0, count, pixels))
            .endSending()
            .answer();
    assertArrayEquals(expected, logits(response));
    assertEquals(fixed, response.getFingerprint().getBatch());
  }

  @ParameterizedTest
  @CsvSource({"1,7", "3,7", "7,7", "8,7", "0,7"})
  void aBatchOfManyRunsIsRunInRunsOfTheSizeAskedFor(int runBatch, int count) throws Exception {
    byte[] model = SmallModel.centred(1, H, W).build().toByteArray();
    assertEquals(Status.Code.OK, agent.put(model).getCode());
    byte[] pixels = pixels(count * H * W, 9);
    int atOnce = runBatch == 0 ? count : Math.min(runBatch, count);
    float[] expected = new float[count * SmallModel.CLASSES];
    for (int first = 0; first < count; first += atOnce) {
      int now = Math.min(atOnce, count - first);
      float[] input = new float[now * H * W];
      for (int i = 0; i < input.length; i++) {
        input[i] = (pixels[first * H * W + i] & 0xff) / 255f;
      }
      float[] rows = flat(SmallModel.logits(model, input, now, 1, H, W));
      System.arraycopy(rows, 0, expected, first * SmallModel.CLASSES, rows.length);
    }
    InferHeader.Builder header =
        inferHeader(SmallModel.sha256(model), 1, H, W).setRunBatch(runBatch);
    InferResponse response =
        agent.infer().send(request(header)).send(batch(3, count, pixels)).endSending().answer();
    assertArrayEquals(expected, logits(response));
    assertEquals(count, response.getCount());
    assertEquals(atOnce, response.getFingerprint().getBatch());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void runsOfASizeOutOfRangeAreRefused(int runBatch) throws Exception {
    Status status =
        agent.infer().send(request(inferHeader(GREY_SHA256, 1, H, W).setRunBatch(runBatch))).end();
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertEquals(
        runBatch + " pictures to run at once; expected 1 to " + BOUNDS.maxBatch() + ", or 0",
        status.getDescription());
  }

  @Test
  void infinitiesAndNotANumberComeBackAsTheyAre() throws Exception {
    InferHeader.Builder header = inferHeader(GREY_SHA256, 1, H, W);
    for (int p = 0; p < 256; p++) {
      header.getPreprocessingBuilder().getTablesBuilder(0).setValues(p, Float.NaN);
    }
    float[] found =
        logits(agent.infer().send(request(header)).send(batch(0, 1, new byte[H * W])).answer());
    for (float logit : found) {
      assertTrue(Float.isNaN(logit), "logit " + logit);
    }
  }

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        bad("unknown model", Status.Code.NOT_FOUND, h -> h.setModelSha256("0".repeat(64)), "put"),
        bad("no hash", Status.Code.INVALID_ARGUMENT, h -> h.setModelSha256("me"), "'me' names no"),
        bad(
            "another shape",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getShapeBuilder().setWidth(W + 1),
            "[1, 4, 6] per picture"),
        bad(
            "a negative height",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getShapeBuilder().setHeight(-1),
            "1x-1x5"),
        bad(
            "a huge picture",
            Status.Code.RESOURCE_EXHAUSTED,
            h -> h.getShapeBuilder().setHeight(Integer.MAX_VALUE).setWidth(Integer.MAX_VALUE),
            "too big"),
        bad(
            "no layout",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getPreprocessingBuilder().clearLayout(),
            "layout 0"),
        bad(
            "no table",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getPreprocessingBuilder().clearTables(),
            "0 preprocessing tables for 1 channels"),
        bad(
            "a short table",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getPreprocessingBuilder().getTablesBuilder(0).clearValues().addValues(1),
            "has 1 values; expected 256"),
        bad(
            "a channel that is not there",
            Status.Code.INVALID_ARGUMENT,
            h -> h.getPreprocessingBuilder().setPictureChannels(0, 1),
            "picture channels [1]"));
  }

  private static Arguments bad(
      String what, Status.Code code, Consumer<InferHeader.Builder> spoil, String message) {
    return Arguments.of(what, code, spoil, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badHeaders")
  void aBadHeaderIsRefused(
      String what, Status.Code code, Consumer<InferHeader.Builder> spoil, String message)
      throws Exception {
    InferHeader.Builder header = inferHeader(GREY_SHA256, 1, H, W);
    spoil.accept(header);
    assertRefused(agent.infer().send(request(header)).end(), code, message);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 19, INVALID_ARGUMENT, has 19 bytes of pixels; expected 20",
    "0, 0, INVALID_ARGUMENT, batch of 0 pictures",
    "-1, 20, INVALID_ARGUMENT, batch of -1 pictures",
    "9, 180, RESOURCE_EXHAUSTED, batch of 9 pictures of 1x4x5 is too big",
    "2147483647, 20, RESOURCE_EXHAUSTED, too big",
  })
  void aBadBatchIsRefused(int count, int bytes, Status.Code code, String message) throws Exception {
    Status end =
        agent
            .infer()
            .send(request(inferHeader(GREY_SHA256, 1, H, W)))
            .send(batch(0, count, new byte[bytes]))
            .end();
    assertRefused(end, code, message);
  }

  @Test
  void aBatchBeforeTheHeaderIsRefused() throws Exception {
    assertRefused(
        agent.infer().send(batch(0, 1, new byte[20])).end(),
        Status.Code.INVALID_ARGUMENT,
        "before the header");
  }

  private static void assertRefused(Status found, Status.Code code, String part) {
    assertEquals(code, found.getCode(), found.toString());
    assertTrue(
        String.valueOf(found.getDescription()).contains(part),
        "'" + found.getDescription() + "' does not contain '" + part + "'");
  }
}
