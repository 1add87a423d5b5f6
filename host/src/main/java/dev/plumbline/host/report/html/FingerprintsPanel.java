package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.JudgeSummary;
import java.util.ArrayList;
import java.util.List;

/** What ran where: the fingerprints of the judges. */
final class FingerprintsPanel {
  private static final int DIGEST_SHOWN = 12;

  private FingerprintsPanel() {}

  static Element of(List<JudgeSummary> judges) {
    Table table =
        new Table(
            "Fingerprints of the judges",
            "Judge",
            "Kind",
            "Processor",
            "Arch",
            "int8 features",
            "Runtime",
            "Provider",
            "Threads",
            "Batch",
            "Model SHA-256");
    for (JudgeSummary judge : judges) {
      String digest = judge.modelSha256();
      List<Element> cells = new ArrayList<>();
      for (String text :
          List.of(
              judge.kind().toString(),
              orNone(judge.processor()),
              orNone(judge.arch()),
              orNone(String.join(", ", judge.int8Features())),
              orNone(judge.runtime()),
              orNone(judge.provider()),
              judge.threads() == 0 ? Figures.NONE : String.valueOf(judge.threads()),
              judge.batch() == 0 ? Figures.NONE : String.valueOf(judge.batch()))) {
        cells.add(Element.text("td", text));
      }
      Element code =
          Element.text(
              "code",
              digest.length() > DIGEST_SHOWN
                  ? digest.substring(0, DIGEST_SHOWN) + "\u2026"
                  : orNone(digest));
      cells.add(Element.of("td", digest.isEmpty() ? code : code.with("title", digest)));
      table.row(Element.text("th", judge.id()), cells);
    }
    return Panel.of(
        "What ran where",
        "Verdicts hold for these processors, runtimes and settings: another int8 kernel may give"
            + " another decision.",
        table.element());
  }

  private static String orNone(String text) {
    return text.isBlank() ? Figures.NONE : text;
  }
}
