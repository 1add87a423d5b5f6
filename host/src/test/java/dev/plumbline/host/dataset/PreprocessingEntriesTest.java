package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingEntriesTest {
  @ParameterizedTest
  @MethodSource("dev.plumbline.host.dataset.Preset#all")
  void everyPresetIsReadAndWrittenAgainTheSame(Preset preset) {
    Preprocessing preprocessing = preset.entries().preprocessing(3);
    assertEquals(
        preprocessing, PreprocessingEntries.of(preprocessing).preprocessing(0), preset.name());
    assertTrue(preprocessing.wrongUnit().isEmpty(), preset.name());
    assertTrue(preprocessing.wrongOrder().isEmpty(), preset.name());
  }

  @Test
  void whatIsTheDefaultIsNotWritten() {
    Preprocessing plain =
        new PreprocessingEntries(
                Map.of(Key.MEAN, "0.5", Key.STD, "0.25", Key.SCALE, "1/255", Key.ANTIALIAS, "true"))
            .preprocessing(1);
    assertEquals(
        Map.of(Key.MEAN, "0.5", Key.STD, "0.25", Key.LAYOUT, "nchw", Key.CHANNELS, "rgb"),
        PreprocessingEntries.of(plain).values());
  }

  @Test
  void oneMeanIsForAllChannelsOfTheModel() {
    PreprocessingEntries entries =
        new PreprocessingEntries(Map.of(Key.MEAN, "0.5", Key.STD, "0.25,0.2,0.1"));
    assertEquals(List.of(0.5f, 0.5f, 0.5f), entries.preprocessing(0).mean());
  }

  @ParameterizedTest
  @CsvSource({
    // What torchvision, TensorFlow and Caffe compute for white, black and a middle grey.
    "1/255, 0, 0, 1",
    "'1/127.5,-1', 0, -1, 1",
    "1, 0, 0, 255",
    "0.5, 0, 0, 127.5"
  })
  void aScaleBringsBlackAndWhiteToItsEnds(String scale, String mean, float black, float white) {
    float[] table =
        new PreprocessingEntries(Map.of(Key.MEAN, mean, Key.STD, "1", Key.SCALE, scale))
            .preprocessing(1)
            .table(0);
    assertEquals(black, table[0]);
    assertEquals(white, table[255]);
  }

  @Test
  void whatComesAboveReplacesASizeOfTheOtherKind() {
    PreprocessingEntries below = new PreprocessingEntries(Map.of(Key.RESIZE, "256"));
    PreprocessingEntries above = new PreprocessingEntries(Map.of(Key.LETTERBOX, "64x48"));
    assertEquals(Map.of(Key.LETTERBOX, "64x48"), above.over(below).values());
    PreprocessingEntries none = new PreprocessingEntries(Map.of(Key.RESIZE, "none"));
    assertTrue(none.over(below).geometry().sizing().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    // mean, std, scale, whether they fit
    "127.5, 63.75, 1/255, false",
    "103.939, 1, 1/255, false",
    "0, 255, 1/255, false",
    "127.5, 63.75, 1, true",
    "0.485, 0.229, 1, false",
    "0, 1, 1, true",
    "0, 1, 1/255, true",
    "0.5, 0.5, '1/127.5,-1', true",
    "0, 0.00392157, 1/255, true"
  })
  void meansOfAnotherUnitThanThePixelsAreNoticed(
      String mean, String std, String scale, boolean fit) {
    Preprocessing preprocessing =
        new PreprocessingEntries(Map.of(Key.MEAN, mean, Key.STD, std, Key.SCALE, scale))
            .preprocessing(3);
    assertEquals(fit, preprocessing.wrongUnit().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    // channels, scale, mean, whether the order fits
    "bgr, 1/255, '0.485,0.456,0.406', false",
    "bgr, 1/255, '0.406,0.456,0.485', true",
    "bgr, 1, '123.68,116.779,103.939', false",
    "bgr, 1, '103.939,116.779,123.68', true",
    "rgb, 1/255, '0.406,0.456,0.485', false",
    "rgb, 1/255, '0.485,0.456,0.406', true",
    "rgb, '1/127.5,-1', '-0.188,-0.088,-0.03', false",
    "bgr, 1/255, 0.45, true",
    "bgr, 1/255, '0.4914,0.4822,0.4465', true"
  })
  void imageNetsMeansInTheOrderOfTheOtherChannelsAreNoticed(
      String channels, String scale, String mean, boolean fit) {
    Preprocessing preprocessing =
        new PreprocessingEntries(
                Map.of(Key.CHANNELS, channels, Key.SCALE, scale, Key.MEAN, mean, Key.STD, "0.25"))
            .preprocessing(3);
    assertEquals(fit, preprocessing.wrongOrder().isEmpty());
    preprocessing
        .wrongOrder()
        .ifPresent(why -> assertTrue(why.contains("channels are " + channels), why));
  }

  @ParameterizedTest
  @CsvSource({
    "RESIZE, 224by224, resize",
    "RESIZE, 0, 1 to 8192",
    "CROP, 99999x3, 1 to 8192",
    "LETTERBOX, '64x64,300', 0 to 255",
    "INTERPOLATION, cubic, bicubic",
    "SCALE, 1/0, above 0",
    "BACKGROUND, mauve, #RRGGBB",
    "ORIENTATION, up, exif or stored",
    "LAYOUT, hwc, nchw or nhwc",
    "MEAN, a, numbers such as",
    "ANTIALIAS, perhaps, true or false"
  })
  void whatCannotBeReadIsRefusedWithWhatIsExpected(Key key, String text, String expected) {
    PreprocessingEntries entries =
        new PreprocessingEntries(Map.of(key, text))
            .over(new PreprocessingEntries(Map.of(Key.MEAN, "0", Key.STD, "1")));
    String message =
        assertThrows(IllegalArgumentException.class, () -> entries.preprocessing(1)).getMessage();
    assertTrue(message.startsWith(key.text() + ": ") && message.contains(expected), message);
  }

  @Test
  void aPictureCannotBeResizedAndLetterboxed() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new PreprocessingEntries(Map.of(Key.RESIZE, "9", Key.LETTERBOX, "9x9")));
  }
}
