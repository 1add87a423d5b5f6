package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a job or a shard of it, or the shards that were joined, have found. */
record JobAnswer(Corpus corpus) {
  Map<String, Object> asMap() {
    CorpusCounts counts = corpus.header().counts();
    Map<String, Object> map = new LinkedHashMap<>();
    for (String setting : List.of("job", "shard")) {
      if (corpus.header().settings().containsKey(setting)) {
        map.put(setting, corpus.header().settings().get(setting));
      }
    }
    map.put("seeds", counts.seeds());
    map.put("mutated", counts.mutated());
    map.put("effective", counts.effective());
    map.put("valid", counts.valid());
    map.put("invalid", counts.invalid());
    map.put("seeds_with_deviation", counts.seedsWithDeviation());
    map.put("mean_rms", counts.meanRms());
    map.put("mean_linf", counts.meanLinf());
    map.put("refused_by_host", counts.refused());
    map.put("kept", corpus.header().kept());
    map.put("corpus_sha256", corpus.sha256());
    return map;
  }

  List<String> lines() {
    CorpusCounts counts = corpus.header().counts();
    return List.of(
        counts.mutated()
            + " mutated "
            + corpus.header().shape().nouns()
            + " of "
            + counts.seeds()
            + " seeds: "
            + counts.effective()
            + " effective (of "
            + counts.seedsWithDeviation()
            + " seeds), "
            + counts.valid()
            + " valid, "
            + counts.invalid()
            + " invalid; "
            + corpus.header().kept()
            + " kept in "
            + corpus.folder());
  }
}
