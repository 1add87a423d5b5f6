package dev.plumbline.host.cli;

import dev.plumbline.host.layers.Confirmation;
import dev.plumbline.host.layers.ConfirmedSuggestion;
import dev.plumbline.host.layers.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A suggestion of float layers as it is printed. */
record SuggestionAnswer(ConfirmedSuggestion found) {

  Map<String, Object> asMap() {
    Suggestion suggestion = found.suggestion();
    Confirmation confirmation = found.confirmation();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("float_layers", suggestion.layers());
    map.put("size_before", found.compressed().bytes().length);
    map.put("size_after", suggestion.model().bytes().length);
    map.put("deviations_proxy", suggestion.deviations());
    map.put("restored_proxy", suggestion.restored());
    map.put("deviations_host", confirmation.before());
    map.put("restored_host", confirmation.restored());
    map.put("broken_host", confirmation.broken());
    return map;
  }

  List<String> lines() {
    Suggestion suggestion = found.suggestion();
    Confirmation confirmation = found.confirmation();
    if (suggestion.layers().isEmpty()) {
      return List.of("no layers fit into the size and restore a deviation");
    }
    int before = found.compressed().bytes().length;
    int after = suggestion.model().bytes().length;
    return List.of(
        "suggested in float: " + String.join(",", suggestion.layers()),
        String.format(
            Locale.ROOT,
            "restores %d of %d deviations by proxy, %d of %d by host (%d broken); %d bytes become"
                + " %d (%+.1f %%)",
            suggestion.restored(),
            suggestion.deviations(),
            confirmation.restored(),
            confirmation.before(),
            confirmation.broken(),
            before,
            after,
            100.0 * after / before - 100));
  }
}
