package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput.Read;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentationKindTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /**
   * A model of pictures.
   *
   * @param input its dimensions, N open
   * @param outputs each as OPERATOR TYPE DIMENSIONS; the shapes are declared, not computed
   */
  private static OnnxModel model(String input, String... outputs) {
    StringBuilder text = new StringBuilder("ir_version: 8 opset_import { version: 17 } graph {");
    text.append("name: 'g' ").append(value("input", "pictures", FLOAT, input));
    for (int i = 0; i < outputs.length; i++) {
      String[] parts = outputs[i].split(" ");
      String name = "out" + i;
      String operator = parts[0];
      boolean label = operator.equals("ArgMax");
      text.append("node { op_type: '").append(operator).append("' input: 'pictures' output: '");
      text.append(name).append("'");
      text.append(label ? " attribute { name: 'axis' type: INT i: 1 }" : "").append("} ");
      text.append(value("output", name, label ? INT64 : FLOAT, parts[1]));
    }
    ModelProto.Builder proto = ModelProto.newBuilder();
    try {
      TextFormat.merge(text.append("}"), proto);
    } catch (TextFormat.ParseException e) {
      throw new IllegalStateException(e);
    }
    return OnnxModel.of("m", proto.build());
  }

  private static String value(String where, String name, int type, String dims) {
    String shape =
        Arrays.stream(dims.split("x"))
            .map(d -> d.matches("\\d+") ? "dim { dim_value: " + d + " }" : "dim { dim_param: 'd' }")
            .collect(Collectors.joining(" "));
    return where
        + " { name: '"
        + name
        + "' type { tensor_type { elem_type: "
        + type
        + " shape { "
        + shape
        + " } } } } ";
  }

  private static OnnxModel read(String task, OnnxModel model) {
    return Tasks.read("--task", task, model);
  }

  @ParameterizedTest(name = "{1} of {0} is read as {2}")
  @CsvSource({
    "Nx3x64x64, Identity Nx4x64x64, 'scores, 4, first', NUMBERS",
    "Nx3x64x64, Softmax Nx64x64x4, 'scores, 4, last', SOFTMAX",
    "Nx3x512x512, Identity Nx150x128x128, 'scores, 150, first', NUMBERS",
    "Nx3xHxW, Identity Nx21xHxW, 'scores, 21, first', NUMBERS",
    "NxHxWx3, Identity NxHxWx21, 'scores, 21, last', NUMBERS",
    "Nx3x48x736, Sigmoid Nx1x48x736, 'foreground, 2, first', SIGMOID",
    "Nx3xHxW, Sigmoid NxHxWx1, 'foreground, 2, first', SIGMOID",
    "Nx3x32x48, Sigmoid Nx32x48, 'foreground, 2, first', SIGMOID",
    "Nx3x32x32, ArgMax Nx32x32, 'scores, 3, first', LABELS_FIRST",
    "Nx3x32x32, ArgMax Nx1x32x32, 'scores, 3, first', LABELS_FIRST"
  })
  void whatTheOutputDeclaresSaysHowItIsRead(
      String input, String output, String expected, Read read) {
    OnnxModel model = model(input, output);
    OnnxModel bound = read("segmentation", model);
    MaskOutput found = ((Segmentation) Tasks.of(bound)).output();
    assertEquals(
        expected, (found.form() + ", " + found.classes() + ", " + found.layout()).toLowerCase());
    assertEquals(read, bound.rows().orElseThrow().outputs().get(0).read());
    assertTrue(new SegmentationKind().looksLike(model).isPresent() || !output.contains("x1x"));
  }

  @Test
  void settingsSayWhatTheOutputDoesNot() {
    OnnxModel open = model("Nx3xHxW", "Identity NxCxHxW");
    Refusal.says(() -> read("segmentation", open), "out0", "layout=first", "layout=last");
    Refusal.says(() -> read("segmentation,layout=last", open), "out0", "classes=NUMBER");
    Segmentation task = (Segmentation) Tasks.of(read("segmentation,layout=last,classes=7", open));
    assertEquals(7, task.classes());
    assertEquals(MaskOutput.Layout.LAST, task.output().layout());

    OnnxModel cube = model("Nx3x32x32", "Identity Nx32x32x32");
    Refusal.says(() -> read("segmentation", cube), "layout=first");
    assertEquals(32, ((Segmentation) Tasks.of(read("segmentation,layout=first", cube))).classes());
  }

  @Test
  void oneOfSeveralOutputsIsChosen() {
    OnnxModel two = model("Nx3x32x32", "Identity Nx4x32x32", "Identity Nx4x32x32");
    Refusal.says(() -> read("segmentation", two), "out0", "out1", "output=NAME");
    OnnxModel bound = read("segmentation,output=out1", two);
    assertEquals(List.of("out1"), bound.rows().orElseThrow().names());
    Refusal.says(() -> read("segmentation,output=out7", two), "out7", "out0");

    OnnxModel withLabels = model("Nx3x32x32", "ArgMax Nx32x32", "Identity Nx4x32x32");
    assertEquals(List.of("out1"), read("segmentation", withLabels).rows().orElseThrow().names());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    OnnxModel model = model("Nx3x32x32", "Identity Nx4x32x32");
    for (String wrong :
        List.of(
            "iou=0", "iou=1.5", "iou=x", "object=-1", "object=2", "background=4", "classes=5")) {
      String key = wrong.substring(0, wrong.indexOf('='));
      Refusal.says(() -> read("segmentation," + wrong, model), key, "expected");
    }
    Refusal.says(() -> read("segmentation,background=1.5", model), "number of a class");
    Refusal.says(() -> read("segmentation,threshold=0.3", model), "threshold", "one score");
    Refusal.says(() -> read("segmentation,iuo=0.3", model), "iuo", "iou");
    OnnxModel one = model("Nx3x32x32", "Sigmoid Nx1x32x32");
    Refusal.says(() -> read("segmentation,threshold=1", one), "threshold", "expected");
    Segmentation task = (Segmentation) Tasks.of(read("segmentation,threshold=0.3", one));
    assertEquals(0.3, task.output().threshold());
  }

  @Test
  void outputsThatAreNoMasksAreRefused() {
    for (String output : List.of("Identity Nx10", "Identity Nx84x8400", "ArgMax N")) {
      OnnxModel model = model("Nx3x640x640", output);
      Refusal.says(() -> read("segmentation", model), "out0", "expected", "Nx21x128x128");
      assertTrue(new SegmentationKind().looksLike(model).isEmpty());
    }
    OnnxModel labels = model("Nx3x32x32", "ArgMax Nx2x32x32");
    Refusal.says(() -> read("segmentation", labels), "Nx2x32x32", "whole numbers as NxHxW");
  }

  @Test
  void aClassifierDoesNotLookLikeASegmenter() {
    Stream.of("Identity Nx10x1x1", "Identity Nx10", "Identity Nx512x7x7")
        .map(output -> model("Nx3x224x224", output))
        .forEach(model -> assertTrue(new SegmentationKind().looksLike(model).isEmpty()));
  }
}
