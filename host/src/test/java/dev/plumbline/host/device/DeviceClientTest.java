package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.judging.DeviceUnreachableException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent in a process of its own; the oracle is ONNX Runtime in this one. */
class DeviceClientTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing BGR =
      new Preprocessing(
          List.of(0.1f, 0.2f, 0.3f), List.of(0.5f, 0.6f, 0.7f), Layout.NCHW, ChannelOrder.BGR);

  @TempDir static Path folder;
  private static AgentProcess agent;
  private static DeviceClient client;

  @BeforeAll
  static void start() throws Exception {
    agent =
        TestAgent.start(
            Files.createDirectory(folder.resolve("store")), "--max-model-bytes", "4000000");
    client = new DeviceClient(agent.address());
  }

  @AfterAll
  static void stop() {
    client.close();
    agent.close();
    assertFalse(agent.isAlive());
  }

  private static List<Picture> pictures(int count, long seed) {
    Random random = new Random(seed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  /** In the same batches and with one thread too, so that it is the same to the bit. */
  private static float[][] expected(Path model, List<Picture> pictures, int batch)
      throws OrtException {
    float[][] all = new float[pictures.size()][];
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model.toString(), options)) {
        for (int first = 0; first < pictures.size(); first += batch) {
          int count = Math.min(batch, pictures.size() - first);
          float[] input = new float[count * SHAPE.bytes()];
          for (int i = 0; i < count; i++) {
            BGR.toInput(pictures.get(first + i), input, i * SHAPE.bytes());
          }
          try (OnnxTensor tensor =
                  OnnxTensor.createTensor(
                      environment, FloatBuffer.wrap(input), new long[] {count, 3, 6, 5});
              OrtSession.Result result = session.run(Map.of("picture", tensor))) {
            float[][] rows = (float[][]) result.get(0).getValue();
            System.arraycopy(rows, 0, all, first, count);
          }
        }
      }
    }
    return all;
  }

  @Test
  void theDeviceTellsItsFingerprintAndItsHealth() {
    Fingerprint fingerprint = client.describe();
    assertEquals(System.getProperty("os.arch"), fingerprint.arch());
    assertEquals("1.29.0", fingerprint.runtime());
    assertEquals("CPUExecutionProvider", fingerprint.provider());
    assertEquals(1, fingerprint.threads());
    DeviceHealth health = client.health();
    assertTrue(health.serving());
    assertTrue(health.residentBytes() > 10 << 20, health.toString());
    // Two readings of a living process, some milliseconds apart.
    assertEquals(health.residentBytes(), agent.residentBytes(), 64 << 20);
  }

  @Test
  void logitsAreThoseOfOnnxRuntimeInTheOrderOfThePictures() throws Exception {
    Path model = LinearModel.write(folder, 1);
    String sha256 = client.putModel(model);
    List<Picture> pictures = pictures(103, 2);
    List<Long> steps = new ArrayList<>();
    float[][] found =
        client.infer(sha256, SHAPE, BGR, pictures, 10, (done, note) -> steps.add(done));
    assertArrayEquals(expected(model, pictures, 10), found);
    // How many runs go over the wire at once follows the time that they take.
    long last = 0;
    for (long step : steps) {
      assertTrue(step > last && (step % 10 == 0 || step == 103), steps.toString());
      last = step;
    }
    assertEquals(103, last);
  }

  @Test
  void noPicturesGiveNoLogits() throws Exception {
    String sha256 = client.putModel(LinearModel.write(folder, 1));
    assertEquals(0, client.infer(sha256, SHAPE, BGR, List.of(), 10, (done, note) -> {}).length);
  }

  @Test
  void aModelOfManyChunksArrivesWhole() throws Exception {
    // Padded by a text to 3 MB: more chunks than one.
    byte[] plain = Files.readAllBytes(LinearModel.write(folder, 3));
    byte[] padded =
        ai.onnx.proto.OnnxMl.ModelProto.parseFrom(plain).toBuilder()
            .setDocString("x".repeat(3_000_000))
            .build()
            .toByteArray();
    Path model = Files.write(folder.resolve("padded.onnx"), padded);
    String sha256 = client.putModel(model);
    assertEquals(sha256, client.putModel(model));
    List<Picture> pictures = pictures(3, 4);
    assertArrayEquals(
        expected(model, pictures, 3),
        client.infer(sha256, SHAPE, BGR, pictures, 3, (done, note) -> {}));
  }

  @Test
  void aModelThatIsNoneIsRefusedInTheAgentsWords() throws Exception {
    Path garbage = folder.resolve("garbage.onnx");
    byte[] bytes = new byte[3_000];
    new Random(5).nextBytes(bytes);
    Files.write(garbage, bytes);
    BadInputException e = assertThrows(BadInputException.class, () -> client.putModel(garbage));
    assertTrue(
        e.getMessage().startsWith("device " + agent.address() + " refused: model refused: "),
        e.getMessage());
    assertTrue(client.health().serving());
  }

  @Test
  void aModelThatIsTooBigForTheDeviceIsRefused() throws Exception {
    Path big = Files.write(folder.resolve("big.onnx"), new byte[4_000_001]);
    BadInputException e = assertThrows(BadInputException.class, () -> client.putModel(big));
    assertTrue(e.getMessage().contains("4000001 bytes is too big"), e.getMessage());
  }

  @Test
  void aModelFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.onnx");
    BadInputException e = assertThrows(BadInputException.class, () -> client.putModel(missing));
    assertEquals("model " + missing + " does not exist", e.getMessage());
  }

  @Test
  void aModelThatTheDeviceDoesNotHaveIsNamed() {
    String unknown = "0".repeat(64);
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> client.infer(unknown, SHAPE, BGR, pictures(1, 0), 1, (done, note) -> {}));
    assertTrue(e.getMessage().contains(unknown + " is not on this device"), e.getMessage());
  }

  @Test
  void picturesThatTheModelDoesNotTakeAreRefused() throws Exception {
    String sha256 = client.putModel(LinearModel.write(folder, 1));
    PictureShape wide = new PictureShape(3, 6, 7);
    List<Picture> pictures = List.of(new Picture(wide, new byte[wide.bytes()]));
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> client.infer(sha256, wide, BGR, pictures, 1, (done, note) -> {}));
    assertTrue(e.getMessage().contains("[3, 6, 7] per picture"), e.getMessage());
  }

  @Test
  void aBatchBeyondTheDevicesLimitIsRefusedBeforeItIsSent() throws Exception {
    String sha256 = client.putModel(LinearModel.write(folder, 1));
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> client.infer(sha256, SHAPE, BGR, pictures(1025, 0), 1025, (done, note) -> {}));
    assertTrue(e.getMessage().contains("expected at most 1024 pictures"), e.getMessage());
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    DeviceAddress nobody = new DeviceAddress("127.0.0.1", 1);
    try (DeviceClient lost = new DeviceClient(nobody)) {
      DeviceUnreachableException e = assertThrows(DeviceUnreachableException.class, lost::describe);
      assertTrue(e.getMessage().startsWith("device 127.0.0.1:1 could not be"), e.getMessage());
    }
  }

  @Test
  void aDeviceLostOnTheWayIsNamedAndWhatItJudgedIsKept() throws Exception {
    Path model = LinearModel.write(folder, 1);
    // Far more than may be under way when the first of them are answered.
    List<Picture> pictures = pictures(20_000, 6);
    List<float[]> kept = new ArrayList<>();
    try (AgentProcess doomed = TestAgent.start(Files.createDirectory(folder.resolve("doomed")));
        DeviceClient lost =
            new DeviceClient(doomed.address(), DeviceAccess.inTheClear(), Duration.ofSeconds(30))) {
      String sha256 = lost.putModel(model);
      DeviceUnreachableException e =
          assertThrows(
              DeviceUnreachableException.class,
              () ->
                  lost.inferEach(
                      sha256,
                      SHAPE,
                      BGR,
                      pictures,
                      1,
                      (first, logits) -> {
                        kept.addAll(List.of(logits));
                        if (kept.size() > 20) {
                          ProcessHandle.of(doomed.pid()).orElseThrow().destroyForcibly();
                        }
                      }));
      assertTrue(
          e.getMessage().startsWith("device " + doomed.address() + " could not be"),
          e.getMessage());
    }
    assertTrue(kept.size() > 20, kept.size() + " pictures");
    float[][] expected = expected(model, pictures.subList(0, kept.size()), 1);
    assertArrayEquals(expected, kept.toArray(float[][]::new));
  }

  @Test
  void anAgentThatDoesNotStartSaysWhy() {
    DeviceUnreachableException e =
        assertThrows(
            DeviceUnreachableException.class,
            () -> TestAgent.start(folder.resolve("unused"), "--provider", "cuda"));
    assertTrue(e.getMessage().contains("ended with exit code 2"), e.getMessage());
    assertTrue(e.getMessage().contains("provider 'cuda' is not in"), e.getMessage());
  }

  @Test
  void aLauncherThatIsNotThereIsNamed() {
    Path missing = folder.resolve("no-such-launcher");
    DeviceUnreachableException e =
        assertThrows(
            DeviceUnreachableException.class, () -> AgentProcess.start(missing, List.of()));
    assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
  }
}
