package dev.plumbline.host.searchjob;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import java.nio.file.Path;

/** Where a job runs. The same job makes the same corpus, whichever executor runs it. */
@FunctionalInterface
public interface SearchExecutor {
  /**
   * Runs all of a job, or what is left of it.
   *
   * @param out folder of the corpus, complete or absent
   * @return the corpus, with the proxy's verdicts
   * @throws dev.plumbline.host.BadInputException if the job does not go with models and data
   */
  Corpus run(SearchJob job, Path out, Progress progress);
}
