package dev.plumbline.host.report.html;

import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.report.summary.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the page shows of a pair beyond its figures.
 *
 * @param name of the pair, as in the summary
 * @param title for people: "int8 (QDQ, static)"
 * @param description a sentence or two on the models and the data; may be empty
 * @param gallery deviations to be looked at, in the order they are to be shown
 * @param distances of all effective pictures
 * @param severities by judge; only of judges that see deviations whose severity is known
 * @param severityUnit what they are counted in
 * @param settings what the job was told, by name
 * @param guard of the compressed model; empty where it has none
 */
public record PairReport(
    String name,
    String title,
    String description,
    List<GalleryItem> gallery,
    List<Distance> distances,
    Map<String, Severities> severities,
    String severityUnit,
    Map<String, String> settings,
    Optional<Guard> guard) {
  /** Of a pair without a guard. */
  public PairReport(
      String name,
      String title,
      String description,
      List<GalleryItem> gallery,
      List<Distance> distances,
      Map<String, Severities> severities,
      String severityUnit,
      Map<String, String> settings) {
    this(
        name,
        title,
        description,
        gallery,
        distances,
        severities,
        severityUnit,
        settings,
        Optional.empty());
  }

  public PairReport {
    Checks.named("title of a pair", title);
    gallery = List.copyOf(gallery);
    distances = List.copyOf(distances);
    severities = Collections.unmodifiableMap(new LinkedHashMap<>(severities));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** A pair of which there are figures only. */
  static PairReport untold(String name) {
    return new PairReport(name, name, "", List.of(), List.of(), Map.of(), "", Map.of());
  }
}
