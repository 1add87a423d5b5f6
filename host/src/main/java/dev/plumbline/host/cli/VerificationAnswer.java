package dev.plumbline.host.cli;

import dev.plumbline.host.verification.LayerComparison;
import dev.plumbline.host.verification.Verification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A verification as {@code inspect} prints it. */
record VerificationAnswer(Verification verification, double tolerance) {

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pictures", verification.pictures());
    map.put("same_labels", verification.sameLabels());
    map.put("tolerance", tolerance);
    map.put("deployed_same_labels", verification.deployed().sameLabels());
    map.put("deployed_largest_difference", verification.deployed().largestDifference());
    map.put("deployed_causes", verification.deployed().causes());
    map.put("first_outside", outside().map(LayerComparison::value).orElse(null));
    List<Object> layers = new ArrayList<>();
    for (LayerComparison layer : verification.layers()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("value", layer.value());
      entry.put("operator", layer.operator());
      entry.put("largest_difference", layer.largestDifference());
      entry.put("relative_difference", layer.relativeDifference());
      entry.put("rounding", layer.isRounding(tolerance));
      entry.put("sqnr_db", layer.sqnr().isPresent() ? layer.sqnr().getAsDouble() : null);
      layers.add(entry);
    }
    map.put("layers", layers);
    return map;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT, "%12s %10s %9s  %s", "difference", "relative", "SQNR dB", "layer"));
    for (LayerComparison layer : verification.layers()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%12.3g %10.2g %9s  %s (%s)%s",
              layer.largestDifference(),
              layer.relativeDifference(),
              layer.sqnr().isPresent()
                  ? String.format(Locale.ROOT, "%.1f", layer.sqnr().getAsDouble())
                  : "-",
              layer.value(),
              layer.operator(),
              layer.isRounding(tolerance) ? ", rounding" : ""));
    }
    lines.add(
        outside()
            .map(
                layer ->
                    String.format(
                        Locale.ROOT,
                        "first outside the tolerance of %.2g: %s",
                        tolerance,
                        layer.value()))
            .orElseGet(
                () ->
                    String.format(Locale.ROOT, "all within the tolerance of %.2g", tolerance)
                        + (verification.layers().stream().anyMatch(l -> l.isRounding(tolerance))
                            ? " or what rounding explains"
                            : "")));
    lines.add(
        String.format(
            Locale.ROOT,
            "same decision on %d of %d pictures",
            verification.sameLabels(),
            verification.pictures()));
    lines.add(
        String.format(
            Locale.ROOT,
            "as deployed, with all optimisations of ONNX Runtime: same decision on %d of %d"
                + " pictures, logits differ by at most %.3g",
            verification.deployed().sameLabels(),
            verification.pictures(),
            verification.deployed().largestDifference()));
    if (verification.deployed().sameLabels() < verification.pictures()) {
      verification.deployed().causes().forEach(cause -> lines.add("  a likely cause: " + cause));
    }
    return lines;
  }

  private Optional<LayerComparison> outside() {
    return verification.firstOutside(tolerance);
  }
}
