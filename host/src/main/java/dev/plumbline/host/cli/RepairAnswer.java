package dev.plumbline.host.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.campaign.CorpusRepair;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.repair.GraphChoice;
import dev.plumbline.host.repair.NewSearchCounts;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.ZerosChoice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code repair} says: for programs and for people. */
record RepairAnswer(CorpusRepair.Repaired repaired, WrittenAnswer written, List<Overlap> overlaps) {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>(written.asMap());
    newSearch().ifPresent(counts -> map.put("new_search", JSON.convertValue(counts, Map.class)));
    repaired
        .ledger()
        .flatMap(RepairLedger::graph)
        .ifPresent(choice -> map.put("graph", JSON.convertValue(choice, Map.class)));
    repaired
        .ledger()
        .flatMap(RepairLedger::zeros)
        .ifPresent(choice -> map.put("zeros", JSON.convertValue(choice, Map.class)));
    map.put("corpus_before", repaired.before());
    map.put("corpus_after", repaired.after());
    map.put("overlaps", overlaps.stream().map(Overlap::toString).toList());
    repaired.ledger().ifPresent(ledger -> map.put("ledger", JSON.convertValue(ledger, Map.class)));
    return map;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    repaired.ledger().flatMap(RepairLedger::graph).map(GraphChoice::inWords).ifPresent(lines::add);
    repaired.ledger().flatMap(RepairLedger::zeros).map(ZerosChoice::inWords).ifPresent(lines::add);
    newSearch().map(NewSearchCounts.BeforeAfter::inWords).ifPresent(lines::add);
    lines.add(
        written.wrote()
            + "; deviations in the corpus: "
            + repaired.before()
            + " before, "
            + repaired.after()
            + " after");
    overlaps.forEach(overlap -> lines.add("overlap: " + overlap));
    return lines;
  }

  private Optional<NewSearchCounts.BeforeAfter> newSearch() {
    return repaired.ledger().flatMap(RepairLedger::newSearch);
  }
}
