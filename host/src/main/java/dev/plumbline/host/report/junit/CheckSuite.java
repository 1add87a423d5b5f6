package dev.plumbline.host.report.junit;

import dev.plumbline.host.report.summary.Checks;
import java.util.List;

/**
 * All that a gate checked on one device.
 *
 * @param device its id in the fleet
 * @param cases one for each class of pictures
 */
public record CheckSuite(String device, List<CheckCase> cases) {
  public CheckSuite {
    Checks.named("id of a device", device);
    cases = List.copyOf(cases);
  }

  long count(CheckCase.Result result) {
    return cases.stream().filter(check -> check.result() == result).count();
  }

  double seconds() {
    return cases.stream().mapToDouble(CheckCase::seconds).sum();
  }
}
