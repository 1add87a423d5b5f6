package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.DeviceArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Draws, for each picture of a batch, a random layer and a random position in it until the neuron
 * there is active in the original and not in the compressed model. Only the neurons that are drawn
 * leave the device.
 */
final class NeuronDraw {
  /**
   * The draws end here: a pair may have no such neuron at all. 16 rounds find one that is one in a
   * hundred in all but one of 30,000 cases.
   */
  private static final int ROUNDS = 16;

  private static final int DRAWS_PER_ROUND = 64;

  private final List<NDArray> original;
  private final List<NDArray> compressed;

  /**
   * A neuron of one picture.
   *
   * @param layer number of the layer
   * @param index in the layer's values of the whole batch, flat
   */
  record Neuron(int layer, long index) {}

  /**
   * @param original pre-activations, N x anything, by layer
   * @param compressed likewise, of the same shapes
   */
  NeuronDraw(List<NDArray> original, List<NDArray> compressed) {
    this.original = original;
    this.compressed = compressed;
  }

  /**
   * @param random one for each picture
   * @return a neuron for each picture; none where the draws met none
   */
  List<Optional<Neuron>> draw(List<SplittableRandom> random) {
    List<Optional<Neuron>> found =
        new ArrayList<>(Collections.nCopies(random.size(), Optional.empty()));
    List<Integer> pending = new ArrayList<>();
    for (int row = 0; row < random.size(); row++) {
      pending.add(row);
    }
    for (int round = 0; round < ROUNDS && !pending.isEmpty(); round++) {
      List<Neuron> candidates = new ArrayList<>();
      for (int row : pending) {
        for (int i = 0; i < DRAWS_PER_ROUND; i++) {
          candidates.add(candidate(random.get(row), row, random.size()));
        }
      }
      boolean[] deviates = deviates(candidates);
      List<Integer> still = new ArrayList<>();
      for (int p = 0; p < pending.size(); p++) {
        int from = p * DRAWS_PER_ROUND;
        int at = from;
        while (at < from + DRAWS_PER_ROUND && !deviates[at]) {
          at++;
        }
        if (at < from + DRAWS_PER_ROUND) {
          found.set(pending.get(p), Optional.of(candidates.get(at)));
        } else {
          still.add(pending.get(p));
        }
      }
      pending = still;
    }
    return found;
  }

  private Neuron candidate(SplittableRandom random, int row, int rows) {
    int layer = random.nextInt(original.size());
    long neurons = original.get(layer).size() / rows;
    return new Neuron(layer, row * neurons + random.nextLong(neurons));
  }

  /** Whether each candidate is active in the original and not in the compressed model. */
  private boolean[] deviates(List<Neuron> candidates) {
    List<Integer> order = new ArrayList<>();
    NDManager parent = original.get(0).getManager();
    try (NDManager manager = parent.newSubManager()) {
      NDList ofOriginal = new NDList();
      NDList ofCompressed = new NDList();
      for (int layer = 0; layer < original.size(); layer++) {
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
          if (candidates.get(i).layer() == layer) {
            members.add(i);
          }
        }
        if (!members.isEmpty()) {
          order.addAll(members);
          NDArray index =
              DeviceArrays.beside(
                  original.get(layer),
                  manager.create(
                      members.stream().mapToLong(i -> candidates.get(i).index()).toArray()));
          ofOriginal.add(original.get(layer).stopGradient().take(manager, index));
          ofCompressed.add(compressed.get(layer).stopGradient().take(manager, index));
        }
      }
      float[] originalValues = NDArrays.concat(ofOriginal).toFloatArray();
      float[] compressedValues = NDArrays.concat(ofCompressed).toFloatArray();
      boolean[] deviates = new boolean[candidates.size()];
      for (int i = 0; i < deviates.length; i++) {
        deviates[order.get(i)] = originalValues[i] > 0 && compressedValues[i] <= 0;
      }
      return deviates;
    }
  }
}
