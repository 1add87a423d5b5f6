package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.Quantization;
import dev.plumbline.host.compress.CalibrationChoice;
import dev.plumbline.host.compress.FloatSearch;
import dev.plumbline.host.compress.KeptFloat;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code quantize} says: for programs and for people. */
record QuantizeAnswer(
    OnnxModel model,
    Quantization.Request asked,
    Quantization.Quantized made,
    WrittenAnswer written) {

  Map<String, Object> asMap(int epochs) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!made.tried().isEmpty()) {
      map.put("calibration", name(made.tried().get(0)));
      Map<String, Double> agreements = new LinkedHashMap<>();
      made.tried().forEach(tried -> agreements.put(name(tried), tried.agreement().share()));
      map.put("calibrations_tried", agreements);
    }
    if (!asked.floatLayers().isEmpty()) {
      map.put("float_layers", asked.floatLayers());
      map.put("size_before", made.before().bytes().length);
    }
    made.kept()
        .ifPresent(
            found -> {
              map.put("float_layers", found.layers().stream().sorted().toList());
              map.put("agreement_without_float_layers", found.before().share());
            });
    suggestion().ifPresent(suggested -> map.putAll(suggested.asMap()));
    if (!kept().isEmpty()) {
      map.put("kept_float", kept());
    }
    map.putAll(written.asMap());
    map.put("mode", asked.mode().toString());
    map.put("calibration_pictures", made.calibrationPictures());
    map.put("qat_epochs", epochs);
    map.put("size_original", model.bytes().length);
    map.put("size", made.model().bytes().length);
    return map;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(written.lines());
    for (CalibrationChoice.Tried tried : made.tried()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "calibration %s: the same decision on %d of %d pictures, logits %.3g apart",
              name(tried),
              tried.agreement().same(),
              tried.agreement().pictures(),
              Math.sqrt(tried.apart())));
    }
    suggestion().ifPresent(suggested -> lines.addAll(suggested.lines()));
    made.kept().ifPresent(found -> lines.add(text(found)));
    if (!kept().isEmpty()) {
      lines.add(
          "kept in float "
              + kept().stream().map(KeptFloat::text).collect(Collectors.joining("; ")));
    }
    lines.add(model.bytes().length + " bytes became " + made.model().bytes().length);
    return lines;
  }

  private static String text(FloatSearch.Found found) {
    String agreement =
        String.format(
            Locale.ROOT,
            "the same decision on %d of %d calibration inputs instead of %d",
            found.after().same(),
            found.after().pictures(),
            found.before().same());
    return found.layers().isEmpty()
        ? "no layer kept in float: "
            + found.before().same()
            + " of "
            + found.before().pictures()
            + " calibration inputs have the same decision"
        : found.layers().size()
            + " layers kept in float, "
            + agreement
            + ": "
            + found.layers().stream().sorted().collect(Collectors.joining(", "));
  }

  private List<KeptFloat> kept() {
    return KeptFloat.of(model, asked.mode());
  }

  private Optional<SuggestionAnswer> suggestion() {
    return made.suggested().map(SuggestionAnswer::new);
  }

  private static String name(CalibrationChoice.Tried tried) {
    return tried.settings().method().toString();
  }
}
