package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.campaign.CorpusReport;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusHeader;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RepairRounds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description =
        "Writes the report of a corpus: its deviations as pictures, and what every judge says of"
            + " them; with --data accuracy, agreement and the natural disagreement too.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;

  @Parameters(paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--original",
      paramLabel = "M.onnx",
      description = "The original of the corpus; --data needs it.")
  private Path original;

  @Option(
      names = "--compressed",
      paramLabel = "C.onnx",
      description = "The compressed model of the corpus; --data needs it.")
  private Path compressed;

  @Option(
      names = "--repaired",
      paramLabel = "R.onnx",
      description = "A repaired model: the host runs it on the corpus.")
  private Path repaired;

  @Option(
      names = "--guarded",
      paramLabel = "G.onnx",
      description = "What 'guard --export' made of the compressed model: its curve is shown.")
  private Path guarded;

  @Mixin private CleanDataOptions data;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "Title of the page (default: the name of the corpus).")
  private String title;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write it.")
  private Path out;

  @Override
  public Integer call() {
    data.requireSound();
    if (data.isGiven() && (original == null || compressed == null)) {
      throw new BadInputException(
          "--data needs --original and --compressed, as the report compares the two on it");
    }
    Corpus corpus = Corpus.open(folder);
    CorpusHeader header = corpus.header();
    Optional<Dataset> pictures =
        data.isGiven()
            ? Optional.of(data.open(header.preprocessing().geometry()))
            : Optional.empty();
    List<String> classes = pictures.map(Dataset::classNames).orElse(header.classNames());
    Optional<OnnxModel> after = model(repaired, corpus);
    CorpusReport report =
        new CorpusReport(
            corpus,
            model(original, corpus),
            model(compressed, corpus),
            after,
            after
                .flatMap(model -> RepairRounds.ledgerBeside(repaired, model.sha256()))
                .flatMap(RepairLedger::newSearch),
            Optional.ofNullable(guarded).map(OnnxModel::read),
            pictures,
            data.leftOut(),
            common.provider());
    String shown =
        title == null ? "Corpus " + folder.toAbsolutePath().normalize().getFileName() : title;
    List<Overlap> overlaps = report.overlaps(common.progress());
    report.write(out, shown, ToolVersion.text(), overlaps, common.progress());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("report", out.toString());
    answer.put("pictures", corpus.inputs().size());
    answer.put("overlaps", overlaps.stream().map(Overlap::toString).toList());
    List<String> lines = new ArrayList<>(List.of("report: " + out));
    overlaps.forEach(overlap -> lines.add("overlap: " + overlap));
    common.answer(answer, lines);
    return 0;
  }

  private Optional<OnnxModel> model(Path file, Corpus corpus) {
    return Optional.ofNullable(file)
        .map(OnnxModel::read)
        .map(model -> decisions.choose(model, corpus, common));
  }
}
