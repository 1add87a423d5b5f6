package dev.plumbline.host.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.precision.PrecisionFront;
import dev.plumbline.host.precision.PrecisionPoint;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.repair.NewSearchCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a study of precisions found: for programs and for people. */
record PrecisionAnswer(PrecisionStudy.Result found) {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  @SuppressWarnings("unchecked")
  Map<String, Object> asMap() {
    return new LinkedHashMap<>(JSON.convertValue(found.asMap(), Map.class));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(table());
    lines.add(
        "best: L of all with as little latency, S of all with as small a file;"
            + " kernels: of integers / convolutions and products in float / conversions between"
            + " them, as ONNX Runtime runs the model");
    for (PrecisionPoint point : found.front().points()) {
      point
          .refusals()
          .forEach((device, why) -> lines.add(point.name() + " is out for " + device + ": " + why));
    }
    PrecisionPoint chosen = found.chosen();
    lines.add(
        String.format(
            Locale.ROOT,
            "chosen: %s, %s, by %s: %s",
            chosen.name(),
            chosen.candidate().text(),
            found.front().budget().isPresent()
                ? String.format(
                    Locale.ROOT,
                    "the fewest deviations within %.1f %% more latency",
                    100 * found.front().budget().getAsDouble())
                : "the knee between deviations and latency",
            found.file(chosen).orElseThrow()));
    lines.add(found.measured().inWords());
    return lines;
  }

  private List<String> table() {
    List<List<String>> rows = new ArrayList<>();
    Set<String> levels = new LinkedHashSet<>();
    found
        .front()
        .points()
        .forEach(point -> point.found().ifPresent(at -> levels.addAll(at.byConfidence().keySet())));
    List<String> head =
        new ArrayList<>(
            List.of("model", "ms", "quartiles", "more", "kernels", "KiB", "margin", "natural"));
    head.add("any");
    levels.forEach(level -> head.add(">=" + level));
    head.add("best");
    devices().forEach(device -> head.addAll(List.of("ms " + device, "more")));
    rows.add(head);
    for (PrecisionPoint point : found.front().points()) {
      rows.add(row(point, levels, found.front()));
    }
    return aligned(rows);
  }

  private List<String> row(PrecisionPoint point, Set<String> levels, PrecisionFront front) {
    List<String> row = new ArrayList<>();
    row.add(point.name());
    row.add(number("%.3f", point.latency().median()));
    row.add(number("%.3f-%.3f", point.latency().low(), point.latency().high()));
    row.add(number("%+.1f%%", 100 * point.latency().increase()));
    row.add(
        point.kernels().integer()
            + "/"
            + point.kernels().floatLayers()
            + "/"
            + point.kernels().conversions());
    row.add(number("%.0f", point.bytes() / 1024.0));
    row.add(number("%.3f", point.clean().margin()));
    row.add(point.clean().natural() + "/" + point.clean().pictures());
    row.add(
        point
            .found()
            .map(counts -> counts.seedsWithDeviation() + "/" + counts.seeds())
            .orElse("-"));
    for (String level : levels) {
      row.add(
          point
              .found()
              .map(NewSearchCounts::byConfidence)
              .map(sure -> String.valueOf(sure.get(level)))
              .orElse("-"));
    }
    row.add((front.isBestByLatency(point) ? "L" : "") + (front.isBestBySize(point) ? "S" : ""));
    for (String device : devices()) {
      RunLatency latency = point.devices().get(device);
      row.add(latency == null ? "refused" : number("%.3f", latency.median()));
      row.add(latency == null ? "-" : number("%+.1f%%", 100 * latency.increase()));
    }
    return row;
  }

  private Set<String> devices() {
    Set<String> devices = new LinkedHashSet<>();
    found
        .front()
        .points()
        .forEach(
            point -> {
              devices.addAll(point.devices().keySet());
              devices.addAll(point.refusals().keySet());
            });
    return devices;
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static List<String> aligned(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + space : "  " + space + row.get(i));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
