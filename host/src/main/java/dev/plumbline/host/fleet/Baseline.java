package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Verdict;
import java.time.Instant;
import java.util.Map;

/**
 * What a judge said of pictures in an earlier run.
 *
 * @param run its number
 * @param judged when
 * @param verdicts by the id of the picture
 */
public record Baseline(long run, Instant judged, Map<String, Verdict> verdicts) {}
