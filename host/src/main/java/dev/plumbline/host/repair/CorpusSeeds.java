package dev.plumbline.host.repair;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The seeds of a corpus, to search from again. */
public final class CorpusSeeds {
  private CorpusSeeds() {}

  /** All seeds of which a picture is kept. */
  public static Dataset of(Corpus corpus) {
    return of(corpus, corpus.inputs().stream().map(CorpusInput::seed).collect(Collectors.toSet()));
  }

  /**
   * @param chosen indices of seeds in the corpus
   */
  static Dataset of(Corpus corpus, Set<Integer> chosen) {
    Map<Integer, Decision> decisions = new LinkedHashMap<>();
    corpus.inputs().stream()
        .filter(input -> chosen.contains(input.seed()))
        .forEach(input -> decisions.putIfAbsent(input.seed(), input.seedDecision()));
    List<Input> pictures = new ArrayList<>();
    decisions.keySet().forEach(seed -> pictures.add(corpus.seed(seed)));
    return DecidedPictures.of(
        corpus.header().shape(),
        corpus.header().classNames(),
        pictures,
        List.copyOf(decisions.values()));
  }
}
