package dev.plumbline.host.campaign;

import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.precision.PrecisionFront;
import dev.plumbline.host.precision.PrecisionPoint;
import dev.plumbline.host.report.html.PrecisionReport;
import dev.plumbline.host.report.summary.PrecisionSummary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns a study of precisions into figures for people. */
public final class PrecisionReporting {
  private PrecisionReporting() {}

  public static PrecisionSummary summary(PrecisionFront front) {
    return new PrecisionSummary(
        front.chosen().name(),
        front.budget(),
        front.points().stream().map(point -> point(front, point)).toList());
  }

  /**
   * Writes a page of the front.
   *
   * @param model that was quantized
   */
  public static void write(PrecisionFront front, Path model, Path page) {
    new PrecisionReport(
            "Precision of " + model.getFileName(),
            "Written by quantize --suggest precision",
            summary(front))
        .write(page);
  }

  private static Map<String, PrecisionSummary.Latency> latencies(PrecisionPoint point) {
    Map<String, PrecisionSummary.Latency> latencies = new LinkedHashMap<>();
    latencies.put(HostJudge.ID, latency(point.latency()));
    point.devices().forEach((id, measured) -> latencies.put(id, latency(measured)));
    return latencies;
  }

  private static PrecisionSummary.Latency latency(RunLatency measured) {
    return new PrecisionSummary.Latency(measured.median(), measured.increase());
  }

  private static PrecisionSummary.Point point(PrecisionFront front, PrecisionPoint point) {
    return new PrecisionSummary.Point(
        point.name(),
        point.candidate().text(),
        latencies(point),
        point.refusals(),
        point.bytes(),
        point.clean().margin(),
        point.clean().natural(),
        point.clean().pictures(),
        point
            .found()
            .map(
                found ->
                    new PrecisionSummary.Found(
                        found.seeds(), found.seedsWithDeviation(), found.byConfidence())),
        front.isBestByLatency(point),
        front.isBestBySize(point));
  }
}
