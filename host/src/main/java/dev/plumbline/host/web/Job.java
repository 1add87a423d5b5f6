package dev.plumbline.host.web;

import dev.plumbline.host.report.summary.Summary;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder that holds a {@code summary.json}.
 *
 * @param id its name in addresses: letters, digits and hyphens
 * @param name its path below the root, for people
 * @param folder where it is
 * @param summary its figures; empty when the file cannot be read
 * @param problem one sentence on why there are no figures; empty when there are
 * @param hasReport whether it holds a {@code report.html}
 */
record Job(
    String id,
    String name,
    Path folder,
    Optional<Summary> summary,
    String problem,
    boolean hasReport) {
  String page() {
    return "/reports/" + id + "/";
  }

  String api() {
    return "/api/reports/" + id;
  }
}
