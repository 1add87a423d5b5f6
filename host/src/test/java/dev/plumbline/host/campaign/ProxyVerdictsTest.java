package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.proxy.ProxyJudge;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.search.TestSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as a judge like others, asked about the pictures that a search classed by it. */
class ProxyVerdictsTest {
  private static final Path MODELS = Path.of("..", "models");

  @Test
  void theProxyAskedAsAJudgeSaysWhatTheSearchKeptOfIt(@TempDir Path folder) {
    OnnxModel original = OnnxModel.read(MODELS.resolve("fashion-mnist-resnet8.onnx"));
    OnnxModel compressed = OnnxModel.read(MODELS.resolve("fashion-mnist-resnet8-int8.onnx"));
    Preprocessing preprocessing = PreprocessingMetadata.read(original).orElseThrow();
    Dataset seeds =
        Datasets.open(MODELS.resolve("fashion-mnist-sample"), Split.TEST, Range.of(0, 6));
    Corpus corpus =
        new CorpusSearch(
                original,
                compressed,
                preprocessing,
                Accelerator.CPU.torchDevice(),
                RuntimeProvider.cpu())
            .search(
                seeds,
                "seeds",
                TestSettings.of(30, List.of(0.1f), SearchSettings.USUAL_EPSILON, 1),
                folder.resolve("corpus"),
                Progress.SILENT);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(compressed, Accelerator.CPU.torchDevice())) {
      ArrayPreprocessing arrays = new ArrayPreprocessing(manager, graph.device(), preprocessing);
      JudgeSource proxy =
          new JudgeSource.Source(
              ProxyJudge.ID, JudgeKind.PROXY, model -> ProxyJudge.nearestToDeployed(graph, arrays));
      Judged judged =
          new RepeatedJudging(compressed, Optional.empty(), 1, Progress.SILENT)
              .judge(proxy, Question.of(corpus));
      assertEquals(corpus.header().judges(), judged.info().stream().toList());
      assertEquals(List.of(), List.copyOf(judged.noise().flipped()));
      assertEquals(corpus.inputs().size(), judged.verdicts().size());
      for (CorpusInput input : corpus.inputs()) {
        Verdict kept = input.verdicts().get(ProxyJudge.ID);
        Verdict asked = judged.verdicts().get(input.id());
        assertEquals(kept.outcome(), asked.outcome());
        assertEquals(
            kept.decision().orElseThrow().identity(), asked.decision().orElseThrow().identity());
        // A batch of another size sums in another order.
        assertEquals(
            kept.decision().orElseThrow().confidence(),
            asked.decision().orElseThrow().confidence(),
            1e-4);
      }
      assertTrue(judged.count(Outcome.DEVIATES) > 3, judged.count(Outcome.DEVIATES) + " deviate");
    }
  }
}
