package dev.plumbline.host.report.html;

import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.guard.Share;
import dev.plumbline.host.report.summary.Figures;

/** What a guard band defers and leaves. */
final class GuardPanels {
  private static final String MEANING =
      "A decision is deferred where the compressed model's margin is below the guard's threshold."
          + " Left are deviations whose margin is not.";

  private GuardPanels() {}

  /** By judge. */
  static Element gate(GuardGate gate) {
    Table table =
        new Table(
                "What judges defer",
                "Judge",
                "Clean pictures deferred",
                "Natural deviations left",
                "Corpus deviations left",
                "Fails because")
            .figuresFrom(1);
    gate.judges()
        .figures()
        .forEach(
            (judge, figures) ->
                table.row(
                    judge,
                    share(figures.deferred()),
                    share(figures.naturalLeft()),
                    share(figures.adversarialLeft()),
                    String.join("; ", gate.reasons(judge))));
    return Panel.of("Guard band", MEANING, table.element());
  }

  private static String share(Share share) {
    return share.of() == 0
        ? Figures.NONE
        : Figures.count(share.count()) + " of " + Figures.count(share.of());
  }
}
