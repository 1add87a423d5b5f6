package dev.plumbline.host.campaign;

import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.report.summary.FleetSummary;
import dev.plumbline.host.report.summary.GuardSummary;
import dev.plumbline.host.report.summary.PrecisionSummary;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the job found out about one pair.
 *
 * @param folder holds the corpora and the repaired model
 * @param natural deviations on the seeds as they are
 * @param counts of the search
 * @param before deviations of the compressed model
 * @param fleet how judges of the compressed model differ
 * @param rounds of the repair; empty if it had none
 * @param precision graphs that were tried before the repair; empty where none were
 * @param after deviations of the repaired model
 * @param clean figures on clean pictures
 * @param attack figures under attack; empty where the task has none
 * @param guard band of the repaired model; empty where the job asks for none
 * @param seconds of each step
 */
record PairResult(
    Path folder,
    NaturalDeviations natural,
    CorpusCounts counts,
    PairJudging.Deviations before,
    FleetSummary fleet,
    Optional<RepairLedger> rounds,
    Optional<PrecisionSummary> precision,
    PairJudging.Rejudged after,
    CleanFigures clean,
    Optional<AttackFigures> attack,
    Optional<GuardSummary> guard,
    Map<String, Double> seconds,
    String originalSha256,
    String compressedSha256) {}
