package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Vectors of a batch that are verified against references, where models compute. Margins are in
 * bounds: shares of the chord that belongs to the least cosine between two models' vectors.
 *
 * @param directions of length 1, N x dimensions
 * @param sides float32, N x references: 1 where a reference is verified, else -1
 * @param columns the references, dimensions x references
 * @param verify cosine from which on a reference is verified
 * @param chord above 0
 */
record VerifiedBatch(NDArray directions, NDArray sides, NDArray columns, float verify, float chord)
    implements DecisionBatch {
  /** The sides on which directions are. */
  static NDArray sides(NDArray directions, NDArray columns, float verify) {
    NDArray verified = directions.matMul(columns).gte(verify).toType(DataType.FLOAT32, false);
    return Scalars.times(verified, 2f).sub(1f);
  }

  @Override
  public NDArray margins(NDArray scores) {
    NDArray found = Embedding.direction(scores);
    NDArray apart = NearBatch.length(Scalars.dividedBy(found.sub(directions), chord), 1);
    return apart.neg().add(1).minimum(nearest(found));
  }

  /** The original's vector may move, as long as it verifies the same references. */
  @Override
  public NDArray held(NDArray scores, double confidence) {
    return nearest(Embedding.direction(scores));
  }

  private NDArray nearest(NDArray found) {
    NDArray ahead = found.matMul(columns).sub(verify).mul(sides);
    return Scalars.dividedBy(ahead.min(new int[] {1}, true), chord);
  }
}
