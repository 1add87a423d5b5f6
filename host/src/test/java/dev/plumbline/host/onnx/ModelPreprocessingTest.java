package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model carries and what a user adds; files are read back by ONNX's own protobuf. */
class ModelPreprocessingTest {
  private static final Map<Key, String> PLAIN = Map.of(Key.MEAN, "0.5", Key.STD, "0.25");

  /** A text of each key that is none's default. */
  private static final Map<Key, String> EVERY =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Key.MEAN, "104.0,117.5,123.25"),
              Map.entry(Key.STD, "57.5,1.0,0.1"),
              Map.entry(Key.LAYOUT, "nhwc"),
              Map.entry(Key.CHANNELS, "bgr"),
              Map.entry(Key.SCALE, "1"),
              Map.entry(Key.RESIZE, "8x6"),
              Map.entry(Key.CROP, "4x4"),
              Map.entry(Key.INTERPOLATION, "bicubic"),
              Map.entry(Key.ANTIALIAS, "false"),
              Map.entry(Key.ORIENTATION, "stored"),
              Map.entry(Key.BACKGROUND, "1,2,3")));

  @Test
  void everyKeyGoesThroughTheFileAndBack() throws Exception {
    roundTrip(EVERY);
    Map<Key, String> letterbox = new EnumMap<>(EVERY);
    letterbox.remove(Key.RESIZE);
    letterbox.put(Key.LETTERBOX, "8x6,114");
    roundTrip(letterbox);
    assertEquals(
        Key.values().length, EVERY.size() + 1, "a new key needs a text here, beside letterbox");
  }

  private static void roundTrip(Map<Key, String> texts) throws Exception {
    Preprocessing preprocessing = new PreprocessingEntries(texts).preprocessing(3);
    OnnxModel written = PreprocessingMetadata.write(model(), preprocessing);
    ModelProto proto = ModelProto.parseFrom(written.proto().toByteArray());
    Map<String, String> inFile =
        proto.getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    Map<String, String> expected = new HashMap<>();
    texts.forEach((key, text) -> expected.put("plumbline.preprocessing." + key.text(), text));
    assertEquals(expected, inFile);
    OnnxModel read = OnnxModel.of("read.onnx", proto);
    assertEquals(Optional.of(preprocessing), PreprocessingMetadata.read(read));
    assertEquals(preprocessing, given(Map.of()).of(read));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mean          | grey",
        "mean          | 0.1,0.2",
        "mean          | NaN",
        "std           | 0",
        "std           | -1",
        "layout        | nwhc",
        "channels      | grb",
        "scale         | 1/0",
        "scale         | fast",
        "resize        | 0",
        "resize        | 10x",
        "letterbox     | 10",
        "letterbox     | 10x10,300",
        "crop          | -4x4",
        "interpolation | cubic-ish",
        "antialias     | perhaps",
        "orientation   | upright",
        "background    | #12",
        "background    | 1,2,300",
      })
  void aValueThatCannotBeIsRefusedByTheModelOrTheOptionThatSaysIt(String key, String value) {
    Key bad = Key.valueOf(key.toUpperCase(java.util.Locale.ROOT));
    Map<Key, String> texts = new EnumMap<>(EVERY);
    if (bad == Key.LETTERBOX) {
      texts.remove(Key.RESIZE);
    }
    texts.put(bad, value);
    OnnxModel carries = carrying(texts);
    Refusal.says(() -> given(Map.of()).of(carries), "model small", "metadata", key, "expected");
    Refusal.says(() -> given(texts).of(model()), "model small", key, "expected");
  }

  @ParameterizedTest
  @CsvSource({
    "mean, '1,2,3'",
    "std, 2",
    "layout, nchw",
    "channels, rgb",
    "scale, 1/255",
    "resize, 9x9",
    "crop, 2x2",
    "interpolation, nearest"
  })
  void whatContradictsTheMetadataIsRefusedWithBoth(String key, String value) {
    Key said = Key.valueOf(key.toUpperCase(java.util.Locale.ROOT));
    Refusal.says(
        () -> given(Map.of(said, value)).of(carrying(EVERY)),
        "--" + key + " " + value + " contradicts the metadata of model small",
        "which says");
  }

  @Test
  void whatIsSaidTwiceTheSameIsNoContradiction() {
    OnnxModel model = carrying(EVERY);
    assertEquals(given(Map.of()).of(model), given(EVERY).of(model));
  }

  @Test
  void metadataWithoutASizeLeaveItToTheUser() {
    Preprocessing preprocessing = given(Map.of(Key.RESIZE, "7x5")).of(carrying(PLAIN));
    assertEquals("7x5", PreprocessingEntries.of(preprocessing).values().get(Key.RESIZE));
    // Each channel of the model has the one mean.
    assertEquals(List.of(0.5f, 0.5f, 0.5f), preprocessing.mean());
  }

  @Test
  void aPairTakesTheSizeOfTheOneThatSaysIt() {
    Map<Key, String> sized = new EnumMap<>(PLAIN);
    sized.put(Key.RESIZE, "7x5");
    Preprocessing expected = given(Map.of()).of(carrying(sized));
    assertEquals(expected, given(Map.of()).ofPair(carrying(PLAIN), carrying(sized)));
    assertEquals(expected, given(Map.of()).ofPair(carrying(sized), carrying(PLAIN)));
    assertEquals(expected, given(Map.of()).ofPair(model(), carrying(sized)));
    Map<Key, String> other = new EnumMap<>(sized);
    other.put(Key.RESIZE, "8x5");
    Refusal.says(
        () -> given(Map.of()).ofPair(carrying(sized), carrying(other)),
        "original small",
        "compressed small",
        "different preprocessing",
        "expected the same");
  }

  @Test
  void whatNobodySaysIsNeverGuessed() {
    Refusal.says(
        () -> given(Map.of(Key.MEAN, "0.5")).of(model()),
        "model small",
        "no preprocessing",
        "--mean",
        "--std");
  }

  @Test
  void whatDoesNotApplyAnyMoreIsTakenOutOfTheMetadata() {
    OnnxModel before = carrying(EVERY);
    Preprocessing plain = new PreprocessingEntries(PLAIN).preprocessing(3);
    OnnxModel after = PreprocessingMetadata.write(before, plain);
    assertEquals(Optional.of(plain), PreprocessingMetadata.read(after));
    assertTrue(PreprocessingMetadata.entries(after).value(Key.CROP).isEmpty());
  }

  private static ModelPreprocessing given(Map<Key, String> texts) {
    return new ModelPreprocessing(new PreprocessingEntries(texts), key -> "--" + key.text());
  }

  private static OnnxModel carrying(Map<Key, String> texts) {
    OnnxModel model = model();
    for (Map.Entry<Key, String> text : texts.entrySet()) {
      model =
          model.withMetadata("plumbline.preprocessing." + text.getKey().text(), text.getValue());
    }
    return model;
  }

  /** Three channels in the middle or at the end, whatever the layout says: the dims are unknown. */
  private static OnnxModel model() {
    GraphBuilder graph = new GraphBuilder("small");
    float[] weights = new float[2 * 3];
    Arrays.fill(weights, 1f);
    String pooled =
        graph.node("GlobalAveragePool", "pooled", List.of(graph.input("input", 3, 4, 4)), Map.of());
    String flat = graph.node("Flatten", "flat", List.of(pooled), Map.of());
    graph.initializer("w", Tensor.ofFloats(new long[] {3, 2}, weights));
    graph.output(graph.node("MatMul", "logits", List.of(flat, "w"), Map.of()), 2);
    return graph.build();
  }
}
