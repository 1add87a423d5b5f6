package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.JoinedModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The detector of {@link DetectionVerbsTest} with the ends that exporters append, which {@code
 * bench/kinds/heads.py} wrote. What is found is judged here by ONNX Runtime's NonMaxSuppression in
 * the graph, and a reading of its lists of its own.
 */
class ExportedHeadsTest {
  private static final int SIZE = 48;
  private static final Path KINDS = Path.of("src/test/resources/kinds");
  private static final Path DETECTOR = KINDS.resolve("detection/detector.onnx");

  @TempDir Path temp;

  private record Found(int label, float[] box) {
    boolean isAmong(List<Found> others) {
      return others.stream().anyMatch(o -> o.label == label && iou(o.box) >= 0.5);
    }

    private double iou(float[] other) {
      double width = Math.min(box[2], other[2]) - Math.max(box[0], other[0]);
      double height = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
      double shared = Math.max(0, width) * Math.max(0, height);
      double own = (box[2] - box[0]) * (double) (box[3] - box[1]);
      return shared / (own + (other[2] - other[0]) * (double) (other[3] - other[1]) - shared);
    }
  }

  private static OnnxTensor pixels(Picture picture, int size) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(3 * size * size);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), pixels, new long[] {1, 3, size, size});
  }

  private static List<Found> objects(OrtSession session, Picture picture) throws OrtException {
    try (OnnxTensor input = pixels(picture, SIZE);
        OrtSession.Result result = session.run(Map.of("images", input))) {
      Map<String, Object> values = new HashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        values.put(output.getKey(), output.getValue().getValue());
      }
      return objects(values);
    }
  }

  private static List<Found> objects(Map<String, Object> values) {
    List<Found> found = new ArrayList<>();
    if (values.get("output0") instanceof float[][][] list) {
      for (float[] object : list[0]) {
        if (object[4] > 0) {
          found.add(new Found((int) object[5], object));
        }
      }
    } else if (values.get("output") instanceof float[][] table) {
      for (float[] row : table) {
        found.add(new Found((int) row[5], new float[] {row[1], row[2], row[3], row[4]}));
      }
    } else if (values.get("selected") instanceof long[][] selected) {
      float[][] boxes = ((float[][][]) values.get("boxes"))[0];
      for (long[] row : selected) {
        found.add(new Found((int) row[1], boxes[(int) row[2]]));
      }
    } else {
      float[][] boxes = (float[][]) values.get("boxes");
      long[] labels = (long[]) values.get("labels");
      for (int i = 0; i < boxes.length; i++) {
        found.add(new Found((int) labels[i], boxes[i]));
      }
    }
    return found;
  }

  private static boolean agree(List<Found> one, List<Found> other) {
    return one.stream().allMatch(found -> found.isAmong(other))
        && other.stream().allMatch(found -> found.isAmong(one));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ultralytics-nms, output0 (float",
    "torchvision-nms, boxes (float",
    "selected, selected (int64",
    "table, output (float"
  })
  void objectsThatTheGraphChoosesAreSearchedBeforeTheChoiceAndJudgedAfterIt(
      String end, String output) throws OrtException {
    Path original = temp.resolve(end + ".onnx");
    JoinedModels.of(DETECTOR, KINDS.resolve("heads/" + end + ".onnx")).write(original);
    VerbAnswer.of("inspect", original, "--task", "auto")
        .isRefused("lists objects that NonMaxSuppression chose", output, "--task detection");
    Path compressed = temp.resolve("int8.onnx");
    verb("quantize", original, "--out", compressed).done();
    JsonNode evaluated =
        verb("evaluate", compressed, "--original", original, "--json").done().json();
    assertTrue(evaluated.get("agreement").doubleValue() > 0.8, evaluated.toString());

    Path corpus = temp.resolve("corpus");
    verb(
            "search",
            "--original",
            original,
            "--compressed",
            compressed,
            "--range",
            "0:5",
            "--steps",
            "15",
            "--accelerator",
            "cpu",
            "--database",
            "jdbc:h2:file:" + temp.resolve("fleet"),
            "--out",
            corpus)
        .done();
    Corpus found = Corpus.open(corpus);
    int effective = 0;
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession whole = runtime.createSession(original.toString());
        OrtSession small = runtime.createSession(compressed.toString())) {
      for (CorpusInput input : found.inputs()) {
        Picture picture = found.picture(input);
        boolean same = agree(objects(whole, picture), objects(small, picture));
        if (input.pictureClass() != PictureClass.INVALID) {
          assertEquals(
              same ? PictureClass.VALID : PictureClass.EFFECTIVE, input.pictureClass(), input.id());
          effective += same ? 0 : 1;
        }
      }
    }
    assertTrue(effective >= 1, effective + " of 5 seeds");
  }

  private static VerbAnswer verb(Object... args) {
    return verbOf("detection", "detection", args);
  }

  private static VerbAnswer verbOf(String kind, String task, Object... args) {
    Path pictures = KINDS.resolve(kind + "/pictures");
    Object[] data = {"--data", pictures, "--unlabelled", "--mean", "0", "--std", "1"};
    return VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(args, data), "--task", task));
  }

  private static ValueInfoProto output(String name, int type, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(
          dim < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("n")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  private JsonNode searched(String kind, String task, Path original, Path compressed) {
    verbOf(kind, task, "quantize", original, "--out", compressed).done();
    return verbOf(
            kind,
            task,
            "search",
            "--original",
            original,
            "--compressed",
            compressed,
            "--range",
            "0:6",
            "--steps",
            "12",
            "--epsilon",
            "16",
            "--accelerator",
            "cpu",
            "--database",
            "jdbc:h2:file:" + temp.resolve("fleet"),
            "--out",
            temp.resolve("corpus"),
            "--json")
        .done()
        .json();
  }

  @Test
  void aReaderWhoseTimeStepsComeFirstScoresAsTheOneWhoseBatchDoes() throws IOException {
    Path reader = temp.resolve("reader.onnx");
    JoinedModels.of(
            KINDS.resolve("sequence/original.onnx"),
            "Transpose",
            Map.of("perm", new long[] {1, 0, 2}),
            output("steps_first", 1, 16, -1, 11))
        .write(reader);
    String task = "sequence,alphabet=" + KINDS.resolve("sequence/digits.txt");
    Path texts = KINDS.resolve("sequence/texts.csv");
    JsonNode scored =
        verbOf("sequence", task, "evaluate", reader, "--annotations", texts, "--json")
            .done()
            .json();
    JsonNode scores =
        new ObjectMapper().readTree(Files.readAllBytes(KINDS.resolve("sequence/scores.json")));
    for (Map.Entry<String, JsonNode> score : scores.properties()) {
      // Both divide the same whole numbers.
      assertEquals(
          score.getValue().doubleValue(),
          scored.get(score.getKey()).doubleValue(),
          1e-12,
          scored.toString());
    }
    JsonNode found = searched("sequence", task, reader, temp.resolve("int8.onnx"));
    assertTrue(found.get("effective").intValue() > 0, found.toString());
  }

  @Test
  void aSegmenterThatEndsInArgMaxIsSearchedByTheScoresBeforeIt() throws OrtException {
    Path segmenter = temp.resolve("segmenter.onnx");
    JoinedModels.of(
            KINDS.resolve("segmentation/segmenter.onnx"),
            "ArgMax",
            Map.of("axis", 1L, "keepdims", 0L),
            output("mask", 7, -1, 32, 32))
        .write(segmenter);
    Path compressed = temp.resolve("int8.onnx");
    JsonNode search = searched("segmentation", "segmentation,iou=0.8", segmenter, compressed);
    assertTrue(search.get("effective").intValue() > 0, search.toString());
    Corpus found = Corpus.open(temp.resolve("corpus"));
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession whole = runtime.createSession(segmenter.toString());
        OrtSession small = runtime.createSession(compressed.toString())) {
      for (CorpusInput input : found.inputs()) {
        Picture picture = found.picture(input);
        boolean same = overlap(mask(whole, picture), mask(small, picture)) >= 0.8;
        if (input.pictureClass() == PictureClass.VALID) {
          assertTrue(same, input.id());
        }
      }
    }
  }

  private static long[][] mask(OrtSession session, Picture picture) throws OrtException {
    try (OnnxTensor input = pixels(picture, 32);
        OrtSession.Result result = session.run(Map.of("pictures", input))) {
      return ((long[][][]) result.get(0).getValue())[0];
    }
  }

  /** Mean intersection over union of the classes that cover 1 % of a mask or more. */
  private static double overlap(long[][] one, long[][] other) {
    double sum = 0;
    int counted = 0;
    for (long label = 0; label < 4; label++) {
      int both = 0;
      int first = 0;
      int second = 0;
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          both += one[y][x] == label && other[y][x] == label ? 1 : 0;
          first += one[y][x] == label ? 1 : 0;
          second += other[y][x] == label ? 1 : 0;
        }
      }
      if (Math.max(first, second) >= 0.01 * 32 * 32) {
        sum += (double) both / (first + second - both);
        counted++;
      }
    }
    return sum / counted;
  }
}
