package dev.plumbline.host.cli;

import dev.plumbline.host.verification.DumpComparison;
import dev.plumbline.host.verification.DumpExplanation;
import dev.plumbline.host.verification.InputDifference;
import dev.plumbline.host.verification.TensorDump;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a picture's tensor differs from another program's, for programs and for people. */
record ComparisonAnswer(DumpComparison comparison, TensorDump dump, double tolerance) {

  Map<String, Object> asMap() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("dump", dump.name());
    answer.put("dump_shape", dump.shape());
    answer.put("dump_type", dump.type().toString());
    answer.put("equal", comparison.isEqual(tolerance));
    comparison
        .difference()
        .ifPresent(
            found -> {
              answer.put("values", found.values());
              answer.put("differing", found.differing());
              answer.put("mean_difference", found.meanDifference());
              answer.put("max_difference", found.maxDifference());
              answer.put("max_steps", found.maxSteps());
              answer.put("worst", List.of(found.channel(), found.row(), found.column()));
            });
    comparison
        .explanation()
        .ifPresent(
            found -> {
              answer.put("explained", found.explains());
              answer.put("reasons", found.reasons());
              answer.put("options", found.differences().asOptions());
              answer.put("explained_max_steps", found.steps());
            });
    return answer;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String shape = dump.name() + ", " + dump.type() + " " + dump.shape();
    lines.add(comparison.difference().map(found -> shape + said(found)).orElse(shape + other()));
    comparison.explanation().ifPresent(found -> lines.addAll(said(found)));
    if (!comparison.isEqual(tolerance) && comparison.explanation().isEmpty()) {
      lines.add(
          comparison.difference().isPresent()
              ? "nothing that was tried comes near the dump"
              : "nothing that was tried gives the dump's size, channels and numbers");
    }
    return lines;
  }

  private String said(InputDifference found) {
    if (comparison.isEqual(tolerance)) {
      return String.format(
          Locale.ROOT,
          ": equal within %s steps of 255 (%,d of %,d values differ by more than rounding, by %.3g"
              + " steps at most)",
          number(tolerance),
          found.differing(),
          found.values(),
          found.maxSteps());
    }
    return String.format(
        Locale.ROOT,
        ": %,d of %,d values differ, by %.4g on average and %.4g (%.1f steps of 255) at most:"
            + " channel %d, row %d, column %d is %.6g here and %.6g there",
        found.differing(),
        found.values(),
        found.meanDifference(),
        found.maxDifference(),
        found.maxSteps(),
        found.channel(),
        found.row(),
        found.column(),
        found.here(),
        found.there());
  }

  private static String other() {
    return ": another shape, so that no numbers can be compared";
  }

  private static List<String> said(DumpExplanation found) {
    List<String> lines = new ArrayList<>();
    if (found.reasons().isEmpty()) {
      lines.add(
          "likeliest reason: the two programs decode the file differently, as decoders of JPEG do"
              + " by a few steps");
      return lines;
    }
    lines.add(
        (found.explains() ? "likeliest reason: " : "no reason explains all; what comes nearest: ")
            + String.join("; ", found.reasons()));
    if (found.differences().isEmpty()) {
      return lines;
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "with %s the greatest difference is %.3g steps of 255",
            found.differences().asOptions(),
            found.steps()));
    return lines;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
