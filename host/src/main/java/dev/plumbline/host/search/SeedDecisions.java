package dev.plumbline.host.search;

import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.DecisionBatch;
import dev.plumbline.host.task.Task;
import java.util.List;

/**
 * What the original decides on the seeds of a batch.
 *
 * @param values by picture
 * @param batch the same where models compute
 */
record SeedDecisions(List<Decision> values, DecisionBatch batch) {
  static SeedDecisions of(
      Task task, List<Decision> values, NDManager owner, ArrayPreprocessing arrays) {
    return new SeedDecisions(values, task.batch(values, owner, arrays::place));
  }

  int size() {
    return values.size();
  }
}
