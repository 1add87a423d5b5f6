package dev.plumbline.host.verification;

import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureFile;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.dataset.Preset;
import dev.plumbline.host.dataset.Scale;
import dev.plumbline.host.verification.TensorDump.Planes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The preprocessing that a dump most likely comes from.
 *
 * @param differences entries that differ from the preprocessing that was compared with
 * @param reasons what the differences mean, each as half a sentence about the dump
 * @param steps the greatest difference between the dump and what this preprocessing makes, in steps
 *     of a pixel's value
 */
public record DumpExplanation(
    PreprocessingEntries differences, List<String> reasons, double steps) {
  /** A dump is explained where nothing is left but what decoders of JPEG differ by. */
  private static final double EXPLAINED_STEPS = 6;

  private static final String WITHOUT_ALPHA =
      "its alpha was dropped, so that transparent pixels show the colours stored below them";

  private static final List<String> BACKGROUNDS = List.of("255,255,255", "0,0,0", "128,128,128");

  /** What is tried later has to be this much better than what was tried before. */
  private static final double BETTER = 0.9;

  private static final List<String> INTERPOLATIONS =
      List.of("bilinear", "bicubic", "nearest", "lanczos", "area", "box", "hamming");

  /** A way from the file to the dump's pixels, and how well it fits. */
  private record Candidate(
      PreprocessingEntries entries, Planes dump, ChannelOrder order, ChannelFit fit) {
    boolean isBetterThan(Candidate other) {
      return fit.steps() < other.fit.steps() * BETTER - 1e-3;
    }
  }

  /** Whether this preprocessing makes what the dump holds. */
  public boolean explains() {
    return steps <= EXPLAINED_STEPS;
  }

  /**
   * Tries what pipelines commonly do otherwise: orders of channels and dimensions, ways to resize,
   * crop and turn. Scale, mean and standard deviation then follow from the numbers themselves.
   *
   * @return none where the dump has no size or channels that the picture could be brought to
   */
  static Optional<DumpExplanation> of(PictureFile file, Preprocessing own, TensorDump dump) {
    Optional<DumpExplanation> found = nearest(file, own, dump);
    if (!file.isTransparent() || found.filter(DumpExplanation::explains).isPresent()) {
      return found;
    }
    return nearest(file.withoutAlpha(), own, dump)
        .filter(DumpExplanation::explains)
        .map(opaque -> opaque.because(WITHOUT_ALPHA))
        .or(() -> found);
  }

  private DumpExplanation because(String reason) {
    List<String> all = new ArrayList<>(List.of(reason));
    all.addAll(reasons);
    return new DumpExplanation(differences, all, steps);
  }

  private static Optional<DumpExplanation> nearest(
      PictureFile file, Preprocessing own, TensorDump dump) {
    PreprocessingEntries asked = PreprocessingEntries.of(own);
    Candidate best = null;
    for (Planes reading : dump.readings(own.channels())) {
      for (PreprocessingEntries placing : placings(file, reading)) {
        best = better(best, file, own, placing.over(asked), reading);
      }
      if (best == null) {
        continue;
      }
      best = resampled(file, own, best);
      for (PreprocessingEntries placing : placings(file, reading)) {
        best = better(best, file, own, placing.over(best.entries()), reading);
      }
      best = resampled(file, own, best);
    }
    return Optional.ofNullable(best).map(found -> explanation(file, own, asked, found));
  }

  private static Candidate resampled(PictureFile file, Preprocessing own, Candidate start) {
    Candidate best = start;
    for (String antialias : List.of("true", "false")) {
      for (String interpolation : INTERPOLATIONS) {
        if (antialias.equals("true") || !List.of("box", "hamming").contains(interpolation)) {
          PreprocessingEntries how =
              entries(Map.of(Key.INTERPOLATION, interpolation, Key.ANTIALIAS, antialias));
          best = better(best, file, own, how.over(start.entries()), start.dump());
        }
      }
    }
    return best;
  }

  /** Ways to bring a picture to a size, each alone and without the turn of EXIF. */
  private static List<PreprocessingEntries> placings(PictureFile file, Planes dump) {
    List<Map<Key, String>> sizes = new ArrayList<>();
    String size = dump.width() + "x" + dump.height();
    int shorter = Math.min(dump.width(), dump.height());
    sizes.add(Map.of());
    sizes.add(Map.of(Key.RESIZE, size, Key.CROP, PreprocessingEntries.NONE));
    for (int side :
        List.of(
            shorter,
            shorter * 8 / 7,
            shorter * 256 / 224,
            shorter * 232 / 224,
            shorter + 32,
            (int) (shorter / 0.9),
            (int) (shorter / 0.95),
            (int) (shorter / 0.875))) {
      sizes.add(Map.of(Key.RESIZE, Integer.toString(side), Key.CROP, size));
    }
    int squashed = shorter * 8 / 7;
    sizes.add(Map.of(Key.RESIZE, squashed + "x" + squashed, Key.CROP, size));
    for (int value : List.of(114, 0, 128, 255)) {
      sizes.add(Map.of(Key.LETTERBOX, size + "," + value, Key.CROP, PreprocessingEntries.NONE));
    }
    sizes.add(Map.of(Key.RESIZE, PreprocessingEntries.NONE, Key.CROP, size));
    List<PreprocessingEntries> placings = new ArrayList<>();
    for (String orientation : file.isTurned() ? List.of("", "exif", "stored") : List.of("")) {
      for (Map<Key, String> placed : sizes) {
        Map<Key, String> with = new EnumMap<>(Key.class);
        with.putAll(placed);
        if (!orientation.isEmpty()) {
          with.put(Key.ORIENTATION, orientation);
        }
        placings.add(entries(with));
      }
    }
    if (file.isTransparent()) {
      BACKGROUNDS.forEach(colour -> placings.add(entries(Map.of(Key.BACKGROUND, colour))));
    }
    return placings;
  }

  /** The better of what was found and what other entries give. */
  private static Candidate better(
      Candidate best,
      PictureFile file,
      Preprocessing own,
      PreprocessingEntries entries,
      Planes dump) {
    Picture picture = file.through(preprocessing(own, entries).geometry());
    PictureShape shape = picture.shape();
    if (shape.channels() != dump.channels()
        || shape.height() != dump.height()
        || shape.width() != dump.width()) {
      return best;
    }
    Candidate found = best;
    ChannelOrder other =
        own.channelOrder() == ChannelOrder.RGB ? ChannelOrder.BGR : ChannelOrder.RGB;
    for (ChannelOrder order : List.of(own.channelOrder(), other)) {
      Candidate tried = new Candidate(entries, dump, order, ChannelFit.of(picture, dump, order));
      if (found == null || tried.isBetterThan(found)) {
        found = tried;
      }
    }
    return found;
  }

  private static DumpExplanation explanation(
      PictureFile file, Preprocessing own, PreprocessingEntries asked, Candidate found) {
    PreprocessingEntries arranged =
        entries(
                Map.of(
                    Key.CHANNELS, found.order().name().toLowerCase(Locale.ROOT),
                    Key.LAYOUT, found.dump().layout().name().toLowerCase(Locale.ROOT)))
            .over(found.entries());
    PreprocessingEntries whole =
        arithmetics(own).stream()
            .map(arithmetic -> arithmetic.over(arranged))
            .filter(entries -> matches(preprocessing(own, entries), found.fit()))
            .findFirst()
            .orElseGet(() -> measured(found.fit()).over(arranged));
    Preprocessing explaining = preprocessing(own, whole);
    InputDifference left =
        InputDifference.of(
            explaining, file.through(explaining.geometry()), found.dump(), NpyFile.Type.FLOAT32);
    PreprocessingEntries differences = difference(asked, explaining);
    return new DumpExplanation(
        differences, reasons(differences, isReversed(own, explaining)), left.maxSteps());
  }

  /** Whether channels were reversed after their numbers were made, so that mean and std follow. */
  private static boolean isReversed(Preprocessing own, Preprocessing explaining) {
    PreprocessingEntries before = PreprocessingEntries.of(own);
    PreprocessingEntries after = PreprocessingEntries.of(explaining);
    return own.channelOrder() != explaining.channelOrder()
        && own.scale().equals(explaining.scale())
        && after.value(Key.MEAN).equals(before.value(Key.MEAN).map(DumpExplanation::reversed))
        && after.value(Key.STD).equals(before.value(Key.STD).map(DumpExplanation::reversed));
  }

  /** Scales, means and standard deviations that are in use, the likeliest first. */
  private static List<PreprocessingEntries> arithmetics(Preprocessing own) {
    PreprocessingEntries asked = PreprocessingEntries.of(own);
    String scale = own.scale().equals(Scale.UNIT) ? "1" : "1/255";
    String mean = asked.value(Key.MEAN).orElseThrow();
    String std = asked.value(Key.STD).orElseThrow();
    List<PreprocessingEntries> all = new ArrayList<>();
    all.add(entries(Map.of()));
    all.add(entries(Map.of(Key.MEAN, reversed(mean), Key.STD, reversed(std))));
    all.add(entries(Map.of(Key.SCALE, "1/255", Key.MEAN, "0", Key.STD, "1")));
    all.add(entries(Map.of(Key.SCALE, "1", Key.MEAN, "0", Key.STD, "1")));
    all.add(entries(Map.of(Key.SCALE, "1/127.5,-1", Key.MEAN, "0", Key.STD, "1")));
    all.add(entries(Map.of(Key.SCALE, scale)));
    all.add(entries(Map.of(Key.STD, "1")));
    all.add(entries(Map.of(Key.MEAN, "0")));
    for (Preset preset : Preset.all()) {
      Map<Key, String> arithmetic = new EnumMap<>(Key.class);
      arithmetic.put(Key.SCALE, preset.entries().value(Key.SCALE).orElse("1/255"));
      arithmetic.put(Key.MEAN, preset.entries().value(Key.MEAN).orElseThrow());
      arithmetic.put(Key.STD, preset.entries().value(Key.STD).orElseThrow());
      if (own.channels() == 3 || !arithmetic.get(Key.MEAN).contains(",")) {
        all.add(entries(arithmetic));
      }
    }
    return all;
  }

  private static String reversed(String numbers) {
    List<String> parts = new ArrayList<>(List.of(numbers.split(",")));
    Collections.reverse(parts);
    return String.join(",", parts);
  }

  /** Whether the arithmetic is within half a step of the lines, from black to white. */
  private static boolean matches(Preprocessing preprocessing, ChannelFit fit) {
    for (int c = 0; c < fit.slope().length; c++) {
      float[] table = preprocessing.table(c);
      // What a decoder or a rounding adds to the picture tilts the lines a little.
      double allowed = Math.max(0.5, fit.steps()) * fit.slope()[c];
      double black = Math.abs(table[0] - fit.start()[c]);
      double white = Math.abs(table[255] - fit.start()[c] - 255 * fit.slope()[c]);
      if (!(black <= allowed && white <= allowed)) {
        return false;
      }
    }
    return true;
  }

  /** Mean and standard deviation on the 0..1 scale that the lines have. */
  private static PreprocessingEntries measured(ChannelFit fit) {
    List<String> mean = new ArrayList<>();
    List<String> std = new ArrayList<>();
    for (int c = 0; c < fit.slope().length; c++) {
      double deviation = 1 / (255 * Math.max(fit.slope()[c], 1e-12));
      std.add(String.format(Locale.ROOT, "%.4g", deviation));
      mean.add(String.format(Locale.ROOT, "%.4g", -fit.start()[c] * deviation));
    }
    return entries(
        Map.of(
            Key.SCALE, "1/255", Key.MEAN, String.join(",", mean), Key.STD, String.join(",", std)));
  }

  /** What an explaining preprocessing says otherwise than the one that was asked for. */
  private static PreprocessingEntries difference(
      PreprocessingEntries asked, Preprocessing explaining) {
    PreprocessingEntries found = PreprocessingEntries.of(explaining);
    Map<Key, String> differences = new EnumMap<>(Key.class);
    for (Key key : Key.values()) {
      Optional<String> now = found.value(key);
      if (!now.equals(asked.value(key))) {
        differences.put(key, now.orElse(DEFAULTS.getOrDefault(key, PreprocessingEntries.NONE)));
      }
    }
    if (differences.containsKey(Key.RESIZE) && differences.containsKey(Key.LETTERBOX)) {
      differences.values().remove(PreprocessingEntries.NONE);
    }
    return new PreprocessingEntries(differences);
  }

  private static final Map<Key, String> DEFAULTS =
      Map.of(
          Key.SCALE, "1/255",
          Key.INTERPOLATION, "bilinear",
          Key.ANTIALIAS, "true",
          Key.ORIENTATION, "exif");

  private static List<String> reasons(PreprocessingEntries differences, boolean reversed) {
    List<String> reasons = new ArrayList<>();
    differences
        .value(Key.CHANNELS)
        .ifPresent(
            order ->
                reasons.add(
                    "the dump has its channels in the other order, "
                        + (order.equals("bgr") ? "blue" : "red")
                        + " first"));
    differences
        .value(Key.LAYOUT)
        .ifPresent(
            layout -> reasons.add("the dump's layout is " + layout.toUpperCase(Locale.ROOT)));
    if (!reversed
        && (differences.value(Key.SCALE).isPresent()
            || differences.value(Key.MEAN).isPresent()
            || differences.value(Key.STD).isPresent())) {
      reasons.add("its pixels become numbers by another scale, mean or standard deviation");
    }
    if (differences.values().containsKey(Key.ORIENTATION)) {
      reasons.add(
          differences.values().get(Key.ORIENTATION).equals("stored")
              ? "it was not turned as the EXIF data say"
              : "it was turned as the EXIF data say");
    }
    differences
        .value(Key.BACKGROUND)
        .ifPresent(
            colour -> reasons.add("its transparent pixels lie over another colour, " + colour));
    if (differences.values().containsKey(Key.LETTERBOX)
        || differences.values().containsKey(Key.RESIZE)
        || differences.values().containsKey(Key.CROP)) {
      reasons.add("it was brought to its size in another way");
    }
    differences
        .value(Key.INTERPOLATION)
        .ifPresent(how -> reasons.add("it was resized by " + how + " interpolation"));
    differences
        .value(Key.ANTIALIAS)
        .ifPresent(
            how ->
                reasons.add(
                    "it was resized "
                        + (how.equals("true") ? "with" : "without")
                        + " antialiasing"));
    return reasons;
  }

  private static Preprocessing preprocessing(Preprocessing own, PreprocessingEntries entries) {
    return entries.preprocessing(own.channels());
  }

  private static PreprocessingEntries entries(Map<Key, String> values) {
    return new PreprocessingEntries(values);
  }
}
