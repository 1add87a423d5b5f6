package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.campaign.CorpusReport;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
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
            + " them.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private OutputOption output;

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
      names = "--data",
      paramLabel = "PATH",
      description =
          "Clean, labelled pictures: the report then has accuracy and the natural disagreement.")
  private Path data;

  @Option(names = "--split", paramLabel = "train|test", description = "Which split of the data.")
  private String split;

  @Option(
      names = "--range",
      paramLabel = "FROM:TO",
      description = "Which pictures of the data, by number from 0; TO is not included.")
  private String range;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "Title of the page (default: the name of the corpus).")
  private String title;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write it.")
  private Path out;

  @Override
  public Integer call() {
    if (data == null && (split != null || range != null)) {
      throw new BadInputException("--split and --range need --data, found none");
    }
    if (data != null && (original == null || compressed == null)) {
      throw new BadInputException(
          "--data needs --original and --compressed, as the report compares the two on it");
    }
    Corpus corpus = Corpus.open(folder);
    CorpusReport report =
        new CorpusReport(
            corpus,
            model(original, corpus),
            model(compressed, corpus),
            model(repaired, corpus),
            Optional.ofNullable(data)
                .map(pictures -> open(pictures, corpus.header().preprocessing().geometry())),
            common.provider());
    String shown =
        title == null ? "Corpus " + folder.toAbsolutePath().normalize().getFileName() : title;
    report.make(shown, ToolVersion.text(), common.progress()).write(out);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("report", out.toString());
    answer.put("pictures", corpus.inputs().size());
    common.answer(answer, List.of("report: " + out));
    return 0;
  }

  private Dataset open(Path pictures, Geometry geometry) {
    return Datasets.open(
        pictures,
        split == null ? null : Split.parse(split),
        range == null ? null : Range.parse(range),
        geometry);
  }

  private Optional<OnnxModel> model(Path file, Corpus corpus) {
    return Optional.ofNullable(file)
        .map(OnnxModel::read)
        .map(model -> output.choose(model, corpus.header().classNames(), common));
  }
}
