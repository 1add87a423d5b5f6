package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Severities;
import java.time.Instant;

/**
 * How severe the deviations were that a judge saw in a run.
 *
 * @param run its number
 * @param judge who
 * @param judged when
 * @param deviations that it saw
 * @param severities of those whose severity is known
 */
public record RunSeverities(
    long run, String judge, Instant judged, int deviations, Severities severities) {}
