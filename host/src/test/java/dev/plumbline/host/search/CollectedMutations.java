package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.List;

/** All that a search hands on, in its order. */
class CollectedMutations implements MutationSink {
  final List<Integer> seeds = new ArrayList<>();
  final List<MutatedPicture> mutated = new ArrayList<>();

  @Override
  public void seed(int index, Input seed, Decision decision) {
    seeds.add(index);
  }

  @Override
  public void mutated(MutatedPicture picture) {
    mutated.add(picture);
  }

  MutatedPicture of(int seed, int step) {
    return mutated.stream()
        .filter(m -> m.seed() == seed && m.step() == step)
        .findFirst()
        .orElseThrow();
  }
}
