package dev.plumbline.host.campaign;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusWriter;
import java.nio.file.Path;
import java.util.Map;

/** The corpus that a search leaves; verdicts come into it later and are no part of its digest. */
record FoundCorpus(Path folder) implements StepJournal.Outputs {
  @Override
  public Map<String, String> digests() {
    return Map.of("corpus", Corpus.open(folder).sha256());
  }

  @Override
  public void discard() {
    CorpusWriter.discardUnfinished(folder);
  }
}
