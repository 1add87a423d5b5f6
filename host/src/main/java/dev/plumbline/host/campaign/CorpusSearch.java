package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.search.MutatedPicture;
import dev.plumbline.host.search.MutationSink;
import dev.plumbline.host.search.Search;
import dev.plumbline.host.search.SearchAlgorithm;
import dev.plumbline.host.search.SearchOutcome;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Searches with two models and saves what was found as a corpus, judged by the proxy. */
public final class CorpusSearch {
  /** How the proxy is called among judges. */
  public static final String PROXY = "proxy";

  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final Device device;

  /**
   * @throws BadInputException if the two models' inputs or numbers of classes differ
   */
  public CorpusSearch(
      OnnxModel original, OnnxModel compressed, Preprocessing preprocessing, Device device) {
    requirePair(original, compressed);
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.device = device;
  }

  /** Refuses two models that cannot be an original and its compressed version. */
  public static void requirePair(OnnxModel original, OnnxModel compressed) {
    List<Long> o = original.graph().input().dims();
    List<Long> c = compressed.graph().input().dims();
    boolean fits = o.size() == c.size();
    for (int i = 1; fits && i < o.size(); i++) {
      fits = o.get(i) < 0 || c.get(i) < 0 || o.get(i).equals(c.get(i));
    }
    if (!fits) {
      throw new BadInputException(
          "original "
              + original.name()
              + " takes "
              + original.graph().input().shapeText()
              + " and compressed "
              + compressed.name()
              + " takes "
              + compressed.graph().input().shapeText()
              + ", expected the same shape");
    }
    List<Long> oOut = original.graph().output().dims();
    List<Long> cOut = compressed.graph().output().dims();
    if (oOut.size() == 2
        && cOut.size() == 2
        && oOut.get(1) > 0
        && cOut.get(1) > 0
        && !oOut.get(1).equals(cOut.get(1))) {
      throw new BadInputException(
          "original "
              + original.name()
              + " knows "
              + oOut.get(1)
              + " classes and compressed "
              + compressed.name()
              + " "
              + cOut.get(1)
              + ", expected the same number");
    }
  }

  /**
   * Searches. The corpus keeps the effective pictures and the close ones of the valid; its counts
   * are of all that the search made.
   *
   * @param seeds pictures to start from; their labels play no part
   * @param data how messages and the corpus call the seeds' source
   * @param close which valid pictures are kept
   * @param out folder of the corpus, complete or absent
   */
  public Corpus search(
      Dataset seeds,
      String data,
      SearchAlgorithm algorithm,
      SearchSettings settings,
      CloseValid close,
      Path out,
      Progress progress) {
    PictureClassifier.requireTakes(original, seeds.shape(), preprocessing);
    PictureClassifier.requireTakes(compressed, seeds.shape(), preprocessing);
    CorpusOrigin origin =
        new CorpusOrigin(
            original.sha256(),
            compressed.sha256(),
            preprocessing,
            seeds.shape(),
            seeds.classNames(),
            settingsOf(algorithm, settings, close, data));
    List<CorpusInput> inputs = new ArrayList<>();
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, device);
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, device);
        CorpusWriter writer = CorpusWriter.create(out, origin)) {
      SearchOutcome outcome =
          Search.run(
              o,
              c,
              preprocessing,
              seeds,
              algorithm,
              settings,
              new Saving(writer, close.collecting(), inputs),
              progress);
      writer.finish(counts(outcome));
    }
    return Corpus.open(out).withVerdicts(proxy(), proxyVerdicts(inputs));
  }

  private static CorpusCounts counts(SearchOutcome outcome) {
    boolean found = outcome.effective() > 0;
    return new CorpusCounts(
        outcome.seeds(),
        Math.toIntExact(outcome.mutated()),
        Math.toIntExact(outcome.effective()),
        Math.toIntExact(outcome.valid()),
        Math.toIntExact(outcome.invalid()),
        outcome.seedsWithDeviation(),
        found ? outcome.meanRms() : null,
        found ? outcome.meanLinf() : null);
  }

  private static Map<String, Object> settingsOf(
      SearchAlgorithm algorithm, SearchSettings settings, CloseValid close, String data) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("algorithm", algorithm.id());
    map.put("steps", settings.steps());
    map.put("rate", settings.rate());
    map.put("clip", settings.clip());
    map.put("coverage_weight", settings.coverageWeight());
    map.put("batch", settings.batch());
    map.put("keep_close", close.margin());
    map.put("close_per_seed", close.perSeed());
    map.put("random_seed", settings.randomSeed());
    map.put("data", data);
    return map;
  }

  private JudgeInfo proxy() {
    return new JudgeInfo(
        PROXY,
        JudgeKind.PROXY,
        System.getProperty("os.arch"),
        "libtorch " + ai.djl.engine.Engine.getEngine("PyTorch").getVersion(),
        device.toString(),
        "",
        List.of(),
        0,
        0,
        compressed.sha256());
  }

  private static Map<String, Verdict> proxyVerdicts(List<CorpusInput> inputs) {
    Map<String, Verdict> verdicts = new HashMap<>();
    for (CorpusInput input : inputs) {
      verdicts.put(
          input.id(),
          new Verdict(
              input.pictureClass() == PictureClass.EFFECTIVE,
              input.compressedLabel(),
              input.compressedConfidence()));
    }
    return verdicts;
  }

  private record Saving(CorpusWriter writer, CloseValid.Collecting close, List<CorpusInput> inputs)
      implements MutationSink {
    @Override
    public void seed(int index, Picture seed, int label, float confidence) {
      writer.seed(index, seed);
    }

    @Override
    public void mutated(MutatedPicture m) {
      if (m.pictureClass() == PictureClass.EFFECTIVE) {
        save(m);
      } else {
        close.add(m);
      }
    }

    @Override
    public void done(int index) {
      close.of(index).forEach(this::save);
    }

    private void save(MutatedPicture m) {
      CorpusInput input =
          CorpusInput.found(
              m.seed(),
              m.step(),
              m.seedLabel(),
              m.originalLabel(),
              m.compressedLabel(),
              m.originalConfidence(),
              m.compressedConfidence(),
              new PictureDistance(m.rms(), m.linf()));
      writer.add(input, m.picture());
      inputs.add(input);
    }
  }
}
