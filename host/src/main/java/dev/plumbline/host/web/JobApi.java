package dev.plumbline.host.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.Summary;
import java.util.List;

/** The list of all jobs, as JSON: {@code {"reports": [{"id": …, "pairs": {"int8": …}}]}}. */
final class JobApi {
  private static final JsonMapper JSON = new JsonMapper();

  private JobApi() {}

  static String list(List<Job> jobs) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode reports = answer.putArray("reports");
    jobs.forEach(job -> describe(job, reports.addObject()));
    return text(answer);
  }

  static String health() {
    return text(JSON.createObjectNode().put("status", "serving"));
  }

  private static void describe(Job job, ObjectNode node) {
    node.put("id", job.id());
    node.put("name", job.name());
    node.put("summary", job.api());
    node.put("report", job.hasReport() ? job.page() : null);
    node.put("created", job.summary().map(Summary::created).orElse(null));
    node.put("tool_version", job.summary().map(Summary::toolVersion).orElse(null));
    node.put("problem", job.problem().isEmpty() ? null : job.problem());
    ObjectNode pairs = node.putObject("pairs");
    job.summary()
        .ifPresent(
            summary ->
                summary.pairs().forEach((name, pair) -> describe(pair, pairs.putObject(name))));
  }

  private static void describe(PairSummary pair, ObjectNode node) {
    node.put("seeds", pair.seeds());
    node.put("mutated", pair.mutated());
    node.put("effective", pair.effective());
    node.put("valid", pair.valid());
    node.put("invalid", pair.invalid());
    ArrayNode judges = node.putArray("judges");
    for (JudgeSummary judge : pair.judges()) {
      judges
          .addObject()
          .put("id", judge.id())
          .put("kind", judge.kind().toString())
          .put("judged", judge.judged())
          .put("deviates", judge.deviates());
    }
    if (pair.repair().isEmpty()) {
      node.putNull("repair");
      return;
    }
    node.putObject("repair")
        .put("corpus_before", pair.repair().get().corpusBefore())
        .put("corpus_after", pair.repair().get().corpusAfter())
        .put("heldout_before", pair.repair().get().heldoutBefore())
        .put("heldout_after", pair.repair().get().heldoutAfter());
  }

  private static String text(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of jobs that cannot be written as JSON", e);
    }
  }
}
