package dev.plumbline.host.report;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  @Test
  void the_sample_is_written_for_people_to_look_at() {
    new HtmlReport(Samples.summary(), "Fashion-MNIST demo", SamplePictures.reports())
        .write(Path.of("target/sample/report.html"));
  }
}
