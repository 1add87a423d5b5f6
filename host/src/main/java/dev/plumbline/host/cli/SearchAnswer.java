package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.JudgedSearch;
import dev.plumbline.host.corpus.CorpusCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code search} says: for programs and for people. */
record SearchAnswer(JudgedSearch.Found found) {

  Map<String, Object> asMap() {
    CorpusCounts counts = found.counts();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seeds", counts.seeds());
    map.put("mutated", counts.mutated());
    map.put("effective", counts.effective());
    map.put("valid", counts.valid());
    map.put("invalid", counts.invalid());
    map.put("seeds_with_deviation", counts.seedsWithDeviation());
    map.put("mean_rms", counts.meanRms());
    map.put("mean_linf", counts.meanLinf());
    map.put("by_confidence", found.byConfidence().counts());
    map.put("severity", SeverityWords.asMap(found.severities()));
    map.put("refused_by_host", counts.refused());
    map.put("seconds", found.seconds());
    map.put("kept", found.corpus().header().kept());
    map.put("natural", found.natural().asMap());
    map.put("run", found.run());
    return map;
  }

  List<String> lines() {
    CorpusCounts counts = found.counts();
    List<String> lines = new ArrayList<>();
    lines.add(found.natural().toString());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d mutated %s of %d seeds: %d effective (of %d seeds), %d valid, %d invalid; %d"
                + " kept",
            counts.mutated(),
            nouns(),
            counts.seeds(),
            counts.effective(),
            counts.seedsWithDeviation(),
            counts.valid(),
            counts.invalid(),
            found.corpus().header().kept()));
    if (!found.byConfidence().counts().isEmpty()) {
      lines.add(byConfidence());
    }
    found
        .severities()
        .forEach(
            (judge, of) ->
                lines.add(SeverityWords.line(judge, found.corpus().header().task(), of)));
    if (counts.refused() > 0) {
      lines.add("candidates that the host refused: " + counts.refused());
    }
    found.tallies().forEach(tally -> lines.add(tally.toString()));
    return lines;
  }

  private String nouns() {
    return found.corpus().header().shape().nouns();
  }

  private String byConfidence() {
    return found.byConfidence().counts().entrySet().stream()
        .map(entry -> entry.getValue() + " at >= " + entry.getKey())
        .collect(
            Collectors.joining(
                ", ", "effective " + nouns() + " by the original's confidence: ", ""));
  }
}
