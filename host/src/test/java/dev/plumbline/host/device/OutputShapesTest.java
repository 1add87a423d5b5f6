package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

/**
 * Outputs whose shape only a run tells. Host and device take the same ones, and refuse the others
 * in the same sentence.
 */
class OutputShapesTest {
  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0f), List.of(1f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  @TempDir static Path folder;
  private static AgentProcess agent;

  @BeforeAll
  static void start() throws IOException {
    agent = TestAgent.start(Files.createDirectory(folder.resolve("store")));
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  /**
   * The four pixels of a picture, through nodes that make something else of them.
   *
   * @param nodes from {@code flat} to {@code y}
   */
  private static OnnxModel model(String nodes) throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13));
    try {
      TextFormat.merge(
          """
          name: 'shapes'
          input { name: 'x' type { tensor_type { elem_type: 1 shape { dim { dim_param: 'N' }
            dim { dim_value: 1 } dim { dim_value: 2 } dim { dim_value: 2 } } } } }
          node { op_type: 'Flatten' name: 'f' input: 'x' output: 'flat' }
          %s
          output { name: 'y' type { tensor_type { elem_type: 1 } } }
          """
              .formatted(nodes),
          model.getGraphBuilder());
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
    Path file = Files.createTempFile(folder, "shape", ".onnx");
    return OnnxModel.read(Files.write(file, model.build().toByteArray()));
  }

  private static String reshape(String dims) {
    return """
    node { op_type: 'Reshape' name: 'r' input: 'flat' input: 'to' output: 'y' }
    initializer { name: 'to' dims: %d data_type: 7 int64_data: [%s] }
    """
        .formatted(dims.split(",").length, dims);
  }

  private static Judge device(OnnxModel model) {
    return DeviceJudge.connect("board", agent.address(), DeviceAccess.inTheClear(), model, PLAIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"-1, 4; 3", "-1, 4, 1, 1; 3", "-1, 1, 4; 3", "4; 1", "4, 1; 1"})
  void aRowForEachPictureIsTaken(String dims, int count) throws Exception {
    OnnxModel model = model(reshape(dims));
    List<Picture> pictures = pictures(count);
    try (Judge host = new HostJudge(model, PLAIN, RuntimeProvider.cpu());
        Judge device = device(model)) {
      float[][] found = logits(device, pictures);
      assertArrayEquals(logits(host, pictures), found);
      for (int i = 0; i < count; i++) {
        for (int p = 0; p < 4; p++) {
          assertEquals((pictures.get(i).pixels()[p] & 0xff) / 255f, found[i][p]);
        }
      }
    }
  }

  @Test
  void outputsThatWouldNotFitIntoOneAnswerRunFewerPicturesAtOnce() throws Exception {
    int copies = 200_000;
    OnnxModel model =
        model(
            """
            node { op_type: 'Tile' name: 't' input: 'flat' input: 'times' output: 'y' }
            initializer { name: 'times' dims: 2 data_type: 7 int64_data: [1, %d] }
            """
                .formatted(copies));
    // 3.2 MB of each: twenty at once were more than an agent answers.
    List<Picture> pictures = pictures(20);
    try (Judge host = new HostJudge(model, PLAIN, RuntimeProvider.cpu());
        Judge device = device(model)) {
      float[][] expected = logits(host, pictures);
      assertEquals(4 * copies, expected[0].length);
      assertArrayEquals(expected, logits(device, pictures));
    }
  }

  static Stream<Arguments> others() {
    String half =
        "node { op_type: 'Neg' name: 'n' input: 'flat' output: 'below' } "
            + "node { op_type: 'Sqrt' name: 's' input: 'below' output: 'y' }";
    return Stream.of(
        Arguments.of("puts out [3, 2, 2] for a batch of 3, expected", reshape("-1, 2, 2")),
        Arguments.of("puts out [12] for a batch of 3, expected", reshape("-1")),
        Arguments.of(
            "puts out [] for a batch of 3, expected",
            "node { op_type: 'ReduceSum' name: 's' input: 'flat' output: 'y' "
                + "attribute { name: 'keepdims' type: INT i: 0 } }"),
        Arguments.of(
            "one number for each picture",
            "node { op_type: 'ReduceMax' name: 'm' input: 'flat' output: 'y' "
                + "attribute { name: 'axes' type: INTS ints: 1 } }"),
        Arguments.of("not a number", half));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void theOthersAreRefusedInTheSameSentence(String part, String nodes) throws Exception {
    OnnxModel model = model(nodes);
    List<Picture> pictures = pictures(3);
    try (Judge host = new HostJudge(model, PLAIN, RuntimeProvider.cpu());
        Judge device = device(model)) {
      String expected =
          assertThrows(BadInputException.class, () -> logits(host, pictures)).getMessage();
      assertTrue(expected.contains(part), expected);
      String found =
          assertThrows(BadInputException.class, () -> logits(device, pictures)).getMessage();
      assertEquals(expected, found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keepdims: 1", "keepdims: 0"})
  void theOneNumberOfABinaryModelIsTheLogitOfTheSecondClass(String dims) throws Exception {
    String keep = dims.replace("keepdims: ", "");
    OnnxModel scores =
        model(
            "node { op_type: 'ReduceMax' name: 'm' input: 'flat' output: 'y' "
                + "attribute { name: 'axes' type: INTS ints: 1 } "
                + "attribute { name: 'keepdims' type: INT i: %s } }".formatted(keep));
    OnnxModel model = new ModelReading(scores).asBinary();
    List<Picture> pictures = pictures(3);
    try (Judge host = new HostJudge(model, PLAIN, RuntimeProvider.cpu());
        Judge device = device(model)) {
      float[][] found = logits(device, pictures);
      assertArrayEquals(logits(host, pictures), found);
      for (int i = 0; i < 3; i++) {
        int largest = 0;
        for (byte pixel : pictures.get(i).pixels()) {
          largest = Math.max(largest, pixel & 0xff);
        }
        assertArrayEquals(new float[] {0, largest / 255f}, found[i]);
      }
    }
  }

  private static List<Picture> pictures(int count) {
    Random random = new Random(4);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  private static float[][] logits(Judge judge, List<Picture> pictures) {
    float[][] all = new float[pictures.size()][];
    judge.judge(
        pictures, (first, logits) -> System.arraycopy(logits, 0, all, first, logits.length));
    return all;
  }
}
