package dev.plumbline.host.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.campaign.Campaign;
import dev.plumbline.host.report.summary.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a whole job answers: its summary, and where the report is. */
final class CampaignAnswer {
  private CampaignAnswer() {}

  static void print(CommonOptions common, Path folder) {
    Path summary = folder.resolve(Summary.FILE_NAME);
    try {
      Map<String, Object> object =
          new ObjectMapper().readValue(summary.toFile(), new TypeReference<>() {});
      common.answer(object, List.of("report: " + Campaign.report(folder), "figures: " + summary));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + summary, e);
    }
  }
}
