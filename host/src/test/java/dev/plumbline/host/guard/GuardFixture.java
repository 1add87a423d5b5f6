package dev.plumbline.host.guard;

import java.util.List;
import java.util.Optional;

/** Guards of a threshold, with figures of no meaning. */
public final class GuardFixture {
  private GuardFixture() {}

  public static Guard guard(float threshold) {
    GuardFigures figures = new GuardFigures(new Share(5, 100), new Share(0, 3), new Share(1, 50));
    return new Guard(
        "a".repeat(64),
        "b".repeat(64),
        "logits",
        new GuardTarget.MaxDeferred(0.05),
        1,
        new Calibration(
            new GuardRule(threshold),
            figures,
            figures,
            List.of(new GuardPoint(0, 0, 1, 1), new GuardPoint(threshold, 0.05, 0, 0.02))),
        Optional.empty());
  }
}
