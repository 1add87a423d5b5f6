package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rounds of a repair find: from the seeds of the corpus, and from training pictures, other
 * ones in each round. A model that is taught a few seeds learns what is beside them, and not what
 * is beside the others.
 *
 * @param search of each round
 * @param originalSha256 of the original that all is found against
 * @param seeds of the corpus that the repair began with, without those that are held out
 * @param trainingSeeds training pictures that a round searches from
 * @param folder of the rounds
 * @param randomSeed of the first round's search; each further one has the next
 */
record RoundFinds(
    RoundSearch search,
    String originalSha256,
    Dataset seeds,
    int trainingSeeds,
    Path folder,
    long randomSeed) {
  private static final String OF_CORPUS = "corpus";
  private static final String OF_TRAINING = "training";

  /**
   * Searches, where a repair that was cut off did not yet.
   *
   * @param model the best so far
   * @param round from 1
   */
  List<Corpus> find(OnnxModel model, Dataset training, int round, Progress progress) {
    List<Corpus> found = new ArrayList<>();
    found.add(find(model, seeds, OF_CORPUS, round, progress));
    if (trainingSeeds > 0) {
      found.add(find(model, window(training, round), OF_TRAINING, round, progress));
    }
    return found;
  }

  private Corpus find(OnnxModel model, Dataset from, String name, int round, Progress progress) {
    Path out = path(round, name);
    if (Files.exists(out)) {
      Corpus before = Corpus.open(out);
      before.requireModels(originalSha256, model.sha256());
      return before;
    }
    return search.search(model, from, out, randomSeed + round - 1, progress);
  }

  private Dataset window(Dataset training, int round) {
    int size = Math.min(trainingSeeds, training.size());
    int from = (int) ((long) (round - 1) * size % (training.size() - size + 1));
    return Datasets.range(training, Range.of(from, from + size));
  }

  /** A pool with what all rounds up to one have found from the corpus' seeds. */
  CorpusPool ofCorpus(CorpusPool start, int round) {
    return until(round, start, OF_CORPUS, "");
  }

  /** What all rounds up to one have found from training pictures. */
  CorpusPool ofTraining(CorpusPool kind, int round) {
    return trainingSeeds == 0
        ? kind.none()
        : until(round, kind.none(), OF_TRAINING, "-" + OF_TRAINING);
  }

  private CorpusPool until(int last, CorpusPool start, String name, String suffix) {
    CorpusPool pool = start;
    for (int round = 1; round <= last; round++) {
      pool = pool.with("round-" + round + suffix, Corpus.open(path(round, name)));
    }
    return pool;
  }

  private Path path(int round, String name) {
    return folder.resolve("round-" + round).resolve(name);
  }
}
