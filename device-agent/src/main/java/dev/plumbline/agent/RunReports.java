package dev.plumbline.agent;

import dev.plumbline.device.v1.ProviderRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What ran of the models in memory; may be asked while one of them runs. */
final class RunReports {
  /**
   * Of one model.
   *
   * @param batch pictures that ran at once in the first batch
   * @param counts of nodes, by provider
   * @param named the same with the names of the nodes
   */
  record Report(int batch, List<ProviderRun> counts, List<ProviderRun> named) {
    Report(int batch, Placement placement) {
      this(batch, placement.counts(), placement.named());
    }
  }

  private final Map<String, Report> reports = new LinkedHashMap<>();

  /** The model's report, made when it has run for the first time. */
  synchronized Report of(String sha256, Supplier<Report> first) {
    return reports.computeIfAbsent(sha256, s -> first.get());
  }

  /** Of a model that has run. */
  synchronized List<ProviderRun> counts(String sha256) {
    Report report = reports.get(sha256);
    return report == null ? List.of() : report.counts();
  }

  /** Of all models in memory, as another process tells. */
  synchronized void replace(Map<String, Report> all) {
    reports.clear();
    reports.putAll(all);
  }

  /** The model has left memory. */
  synchronized void remove(String sha256) {
    reports.remove(sha256);
  }

  /** By SHA-256. */
  synchronized Map<String, Report> all() {
    return new LinkedHashMap<>(reports);
  }
}
