package dev.plumbline.host.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A preprocessing as text by key: what options, a job's file, a model's metadata, a corpus and
 * presets say, each under its own names for the keys.
 *
 * @param values only what was said; {@link #NONE} takes a part away
 */
public record PreprocessingEntries(Map<Key, String> values) {
  /** Says that a part of another's entries does not apply. */
  public static final String NONE = "none";

  private static final String TENSOR = lower(Preprocessing.Layout.TENSOR);

  /** The parts of a preprocessing. */
  public enum Key {
    MEAN,
    STD,
    LAYOUT,
    CHANNELS,
    SCALE,
    RESIZE,
    LETTERBOX,
    CROP,
    INTERPOLATION,
    ANTIALIAS,
    ORIENTATION,
    BACKGROUND;

    /** As options, jobs and metadata spell it, behind their own prefix. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is about pictures, before they become numbers. */
    public boolean isGeometry() {
      return ordinal() >= RESIZE.ordinal();
    }
  }

  public PreprocessingEntries {
    Map<Key, String> ordered = new EnumMap<>(Key.class);
    ordered.putAll(values);
    if (ordered.containsKey(Key.RESIZE)
        && ordered.containsKey(Key.LETTERBOX)
        && !isNone(ordered.get(Key.RESIZE))
        && !isNone(ordered.get(Key.LETTERBOX))) {
      throw new IllegalArgumentException(
          "resize "
              + ordered.get(Key.RESIZE)
              + " and letterbox "
              + ordered.get(Key.LETTERBOX)
              + " cannot both be done, expected one of them");
    }
    values = Collections.unmodifiableMap(ordered);
  }

  /**
   * The entries among named texts.
   *
   * @param lookUp the text of a key, if there is one
   */
  public static PreprocessingEntries of(Function<Key, Optional<String>> lookUp) {
    Map<Key, String> values = new EnumMap<>(Key.class);
    for (Key key : Key.values()) {
      lookUp.apply(key).ifPresent(text -> values.put(key, text.strip()));
    }
    return new PreprocessingEntries(values);
  }

  /**
   * What a preprocessing says: mean, std, layout and channels always, the others where they are not
   * the default, so that what was written before they existed stays as it is.
   */
  public static PreprocessingEntries of(Preprocessing preprocessing) {
    Map<Key, String> values = new EnumMap<>(Key.class);
    values.put(Key.MEAN, text(preprocessing.mean()));
    values.put(Key.STD, text(preprocessing.std()));
    values.put(Key.LAYOUT, lower(preprocessing.layout()));
    values.put(Key.CHANNELS, lower(preprocessing.channelOrder()));
    if (!preprocessing.scale().equals(Scale.UNIT)) {
      values.put(Key.SCALE, preprocessing.scale().text());
    }
    Geometry geometry = preprocessing.geometry();
    geometry
        .sizing()
        .ifPresent(
            sizing ->
                values.put(
                    sizing instanceof Sizing.Letterbox ? Key.LETTERBOX : Key.RESIZE,
                    sizing.text()));
    geometry.crop().ifPresent(crop -> values.put(Key.CROP, crop.text()));
    Resampling resampling = geometry.resampling();
    if (resampling.interpolation() != Resampling.DEFAULT.interpolation()) {
      values.put(Key.INTERPOLATION, resampling.interpolation().text());
    }
    if (!resampling.antialias()) {
      values.put(Key.ANTIALIAS, "false");
    }
    if (geometry.orientation() != Orientation.Handling.APPLIED) {
      values.put(Key.ORIENTATION, geometry.orientation().text());
    }
    geometry.background().ifPresent(colour -> values.put(Key.BACKGROUND, colour.text()));
    return new PreprocessingEntries(values);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Optional<String> value(Key key) {
    return Optional.ofNullable(values.get(key)).filter(text -> !isNone(text));
  }

  /** These entries, and those of others for what is not said here. */
  public PreprocessingEntries over(PreprocessingEntries others) {
    Map<Key, String> merged = new EnumMap<>(Key.class);
    merged.putAll(others.values);
    if (values.containsKey(Key.RESIZE) || values.containsKey(Key.LETTERBOX)) {
      merged.remove(Key.RESIZE);
      merged.remove(Key.LETTERBOX);
    }
    merged.putAll(values);
    return new PreprocessingEntries(merged);
  }

  /** The entries about pictures alone, or those about numbers alone. */
  public PreprocessingEntries only(boolean geometry) {
    Map<Key, String> kept = new EnumMap<>(Key.class);
    values.forEach(
        (key, text) -> {
          if (key.isGeometry() == geometry) {
            kept.put(key, text);
          }
        });
    return new PreprocessingEntries(kept);
  }

  /**
   * What the entries mean.
   *
   * @param modelChannels of the model's input, 0 where it does not say: one mean or standard
   *     deviation is taken for each of them
   * @throws IllegalArgumentException with a sentence that names the key, if an entry cannot be read
   *     or mean or std is missing
   */
  public Preprocessing preprocessing(int modelChannels) {
    if (isOfTensors()) {
      return tensors();
    }
    List<Float> mean = read(Key.MEAN, PreprocessingEntries::numbers).orElseThrow(this::noMean);
    List<Float> std = read(Key.STD, PreprocessingEntries::numbers).orElseThrow(this::noMean);
    int channels = Math.max(Math.max(mean.size(), std.size()), Math.max(1, modelChannels));
    return new Preprocessing(
        repeated(mean, channels),
        repeated(std, channels),
        read(Key.LAYOUT, text -> one(Preprocessing.Layout.class, text))
            .orElse(Preprocessing.Layout.NCHW),
        read(Key.CHANNELS, text -> one(Preprocessing.ChannelOrder.class, text))
            .orElse(Preprocessing.ChannelOrder.RGB),
        scale(),
        geometry());
  }

  /** Whether the model's inputs are said to be tensors. */
  public boolean isOfTensors() {
    return value(Key.LAYOUT).filter(TENSOR::equalsIgnoreCase).isPresent();
  }

  private Preprocessing tensors() {
    Preprocessing nothing = Preprocessing.tensors();
    PreprocessingEntries own = of(nothing);
    values.forEach(
        (key, text) -> {
          if (!isNone(text) && !text.equalsIgnoreCase(own.value(key).orElse(""))) {
            throw new IllegalArgumentException(
                key.text()
                    + ": '"
                    + text
                    + "' is given with the layout "
                    + TENSOR
                    + ", which takes numbers as they are, expected none");
          }
        });
    return nothing;
  }

  /** What the entries mean for a pixel's value; as {@link #preprocessing} in all else. */
  public Scale scale() {
    return read(Key.SCALE, Scale::parse).orElse(Scale.UNIT);
  }

  /**
   * What the entries mean for pictures.
   *
   * @throws IllegalArgumentException as {@link #preprocessing} says
   */
  public Geometry geometry() {
    Optional<Sizing> resize = read(Key.RESIZE, Sizing::parseResize);
    return new Geometry(
        resize.or(() -> read(Key.LETTERBOX, Sizing::parseLetterbox)),
        read(Key.CROP, PreprocessingEntries::crop),
        new Resampling(
            read(Key.INTERPOLATION, Interpolation::parse)
                .orElse(Resampling.DEFAULT.interpolation()),
            read(Key.ANTIALIAS, PreprocessingEntries::truth)
                .orElse(Resampling.DEFAULT.antialias())),
        read(Key.ORIENTATION, Orientation.Handling::parse).orElse(Orientation.Handling.APPLIED),
        read(Key.BACKGROUND, Background::parse),
        Optional.empty());
  }

  /** As options on a command line. */
  public String asOptions() {
    return values.entrySet().stream()
        .map(
            entry ->
                entry.getKey() == Key.ANTIALIAS
                    ? truth(entry.getValue()) ? "--antialias" : "--no-antialias"
                    : "--" + entry.getKey().text() + " " + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private IllegalArgumentException noMean() {
    return new IllegalArgumentException("mean or std is missing");
  }

  private <T> Optional<T> read(Key key, Function<String, T> reader) {
    Optional<String> text = value(key);
    try {
      return text.map(reader);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key.text() + ": " + e.getMessage(), e);
    }
  }

  /** Reads a list such as {@code 0.485,0.456,0.406}. */
  public static List<Float> numbers(String text) {
    List<Float> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        numbers.add(Float.parseFloat(part.strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'" + text + "' cannot be read, expected numbers such as 0.485,0.456,0.406", e);
      }
    }
    return numbers;
  }

  /** Writes a list so that it reads back to the same numbers. */
  private static String text(List<Float> numbers) {
    return numbers.stream().map(n -> Float.toString(n)).collect(Collectors.joining(","));
  }

  private static Extent crop(String text) {
    return text.indexOf('x') < 0
        ? new Extent(Extent.side(text, text), Extent.side(text, text))
        : Extent.parse(text);
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' cannot be read, expected true or false");
    };
  }

  private static <E extends Enum<E>> E one(Class<E> of, String text) {
    for (E each : of.getEnumConstants()) {
      if (lower(each).equals(text.toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is unknown, expected "
            + Arrays.stream(of.getEnumConstants())
                .map(PreprocessingEntries::lower)
                .collect(Collectors.joining(" or ")));
  }

  private static List<Float> repeated(List<Float> numbers, int channels) {
    return numbers.size() == 1 ? Collections.nCopies(channels, numbers.get(0)) : numbers;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static boolean isNone(String text) {
    return text.equalsIgnoreCase(NONE);
  }
}
