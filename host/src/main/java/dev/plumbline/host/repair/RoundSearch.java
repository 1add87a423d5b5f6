package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;

/** The search that each round of a repair begins with. */
public interface RoundSearch {
  /** What its result depends on beside models, seeds and random seed, such as the algorithm. */
  String id();

  /**
   * Searches where a model deviates from the original.
   *
   * @param model the compressed model as it is by now
   * @param seeds to begin from
   * @param out folder of the corpus to write
   * @param randomSeed of the search
   */
  Corpus search(OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress);
}
