package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.layers.Attribution;
import dev.plumbline.host.layers.LayerEffect;
import dev.plumbline.host.layers.LayerSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What {@code layers} prints. */
record LayersAnswer(
    List<CorpusInput> inputs, Attribution attribution, SuggestionAnswer suggestion) {

  Map<String, Object> asMap(Path corpus, Path out) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("corpus", corpus.toString());
    map.put("pictures", attribution.pictures());
    map.put("deviations", attribution.deviations());
    List<Object> layers = new ArrayList<>();
    for (LayerEffect effect : attribution.effects()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("layer", effect.layer());
      entry.put("operator", effect.operator());
      entry.put("restored", effect.restored());
      entry.put("margin", effect.margin());
      entry.put("bytes", effect.bytes());
      layers.add(entry);
    }
    map.put("layers", layers);
    Map<String, Object> restoring = new LinkedHashMap<>();
    attribution.restoring().forEach((i, set) -> restoring.put(inputs.get(i).id(), set));
    map.put("restoring", restoring);
    map.put("suggestion", suggestion.asMap());
    map.put("out", out == null ? null : out.toString());
    return map;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "the proxy deviates on %d of %d effective pictures",
            attribution.deviations(),
            attribution.pictures()));
    lines.add(
        String.format(
            Locale.ROOT, "%9s %9s %10s  %s", "restored", "margin", "bytes", "layer in float"));
    for (LayerEffect effect : attribution.effects()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%9d %+9.3f %+10d  %s (%s)",
              effect.restored(),
              effect.margin(),
              effect.bytes(),
              effect.layer(),
              effect.operator()));
    }
    Map<Integer, Integer> sizes = new TreeMap<>();
    for (Set<String> set : attribution.restoring().values()) {
      sizes.merge(set.isEmpty() ? Integer.MAX_VALUE : set.size(), 1, Integer::sum);
    }
    sizes.forEach(
        (size, count) ->
            lines.add(
                size == Integer.MAX_VALUE
                    ? count + " need more than " + LayerSearch.LARGEST_SET + " layers"
                    : count + " restored by " + size + (size == 1 ? " layer" : " layers")));
    lines.addAll(suggestion.lines());
    return lines;
  }
}
