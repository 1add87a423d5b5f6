package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.dataset.Preset;
import dev.plumbline.host.onnx.ModelPreprocessing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How files become model input, as a job says it: the keys of {@link PreprocessingEntries}, each as
 * the option of its name. All may be absent.
 *
 * @param preset a preprocessing by name; the others override its parts
 * @param mean one number, or one per channel of the model in its order
 * @param std likewise
 */
public record PreprocessingConfig(
    Optional<String> preset,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) Optional<List<Float>> mean,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) Optional<List<Float>> std,
    Optional<String> layout,
    Optional<String> channels,
    Optional<String> scale,
    Optional<String> resize,
    Optional<String> letterbox,
    Optional<String> crop,
    Optional<String> interpolation,
    Optional<Boolean> antialias,
    Optional<String> orientation,
    Optional<String> background) {

  /** What a job without the key says. */
  static ModelPreprocessing none() {
    return named(PreprocessingEntries.of(key -> Optional.empty()));
  }

  /**
   * @throws BadInputException if parts exclude each other or the preset is unknown
   */
  ModelPreprocessing given() {
    try {
      PreprocessingEntries own = PreprocessingEntries.of(this::text);
      return named(preset.map(name -> own.over(preset(name).entries())).orElse(own));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("the preprocessing of the job: " + e.getMessage(), e);
    }
  }

  private static ModelPreprocessing named(PreprocessingEntries entries) {
    return new ModelPreprocessing(entries, key -> "preprocessing." + key.text() + " in the job");
  }

  private static Preset preset(String name) {
    return Preset.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "preset " + name + " is unknown, expected one of " + Preset.names()));
  }

  private Optional<String> text(Key key) {
    return switch (key) {
      case MEAN -> mean.map(PreprocessingConfig::text);
      case STD -> std.map(PreprocessingConfig::text);
      case LAYOUT -> layout;
      case CHANNELS -> channels;
      case SCALE -> scale;
      case RESIZE -> resize;
      case LETTERBOX -> letterbox;
      case CROP -> crop;
      case INTERPOLATION -> interpolation;
      case ANTIALIAS -> antialias.map(String::valueOf);
      case ORIENTATION -> orientation;
      case BACKGROUND -> background;
    };
  }

  private static String text(List<Float> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
