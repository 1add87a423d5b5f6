package dev.plumbline.host.cli;

import dev.plumbline.host.compress.FilterPruning;
import dev.plumbline.host.compress.ModelCost;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What structured pruning did, for programs and for people.
 *
 * @param tuned the smaller model after fine-tuning
 */
record FilterPruningAnswer(FilterPruning pruning, OnnxModel tuned) {
  Map<String, Object> object() {
    List<Map<String, Object>> layers = new ArrayList<>();
    List<Map<String, Object>> whole = new ArrayList<>();
    for (FilterPruning.Layer layer : pruning.layers()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("layer", layer.name());
      if (layer.whole().isPresent()) {
        entry.put("reason", layer.whole().get());
        whole.add(entry);
      } else {
        entry.put("filters_before", layer.filters());
        entry.put("filters_after", layer.filters() - layer.removed().size());
        layers.add(entry);
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("filters_before", pruning.filters());
    answer.put("filters_after", pruning.filters() - pruning.removed());
    answer.put("parameters_before", pruning.before().parameters());
    answer.put("parameters_after", pruning.after().parameters());
    answer.put("bytes_before", pruning.before().bytes());
    answer.put("bytes_after", tuned.bytes().length);
    answer.put("multiply_accumulates_before", pruning.before().multiplyAccumulates());
    answer.put("multiply_accumulates_after", pruning.after().multiplyAccumulates());
    answer.put("layers", layers);
    answer.put("left_whole", whole);
    return answer;
  }

  List<String> lines() {
    ModelCost before = pruning.before();
    ModelCost after = pruning.after();
    List<String> lines = new ArrayList<>();
    lines.add(line("filters", pruning.filters(), pruning.filters() - pruning.removed()));
    lines.add(line("parameters", before.parameters(), after.parameters()));
    lines.add(line("bytes", before.bytes(), tuned.bytes().length));
    lines.add(
        line(
            "multiply-accumulates a picture",
            before.multiplyAccumulates(),
            after.multiplyAccumulates()));
    pruning
        .layers()
        .forEach(
            layer ->
                layer
                    .whole()
                    .ifPresent(why -> lines.add("left whole: " + layer.name() + ", as " + why)));
    return lines;
  }

  private static String line(String what, long before, long after) {
    return String.format(
        Locale.ROOT,
        "%s: %d before, %d after (%.1f %% less)",
        what,
        before,
        after,
        before == 0 ? 0 : 100.0 * (before - after) / before);
  }
}
