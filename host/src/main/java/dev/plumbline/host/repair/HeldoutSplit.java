package dev.plumbline.host.repair;

import dev.plumbline.host.corpus.Corpus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Which pictures a repair learns from, and which only tell whether it has learned.
 *
 * @param learned of the corpus that the repair begins with
 * @param heldout of other seeds
 */
record HeldoutSplit(CorpusPool learned, CorpusPool heldout) {
  /**
   * @param own a corpus of held-out seeds; where there is none, a share of the corpus' seeds
   */
  static HeldoutSplit of(
      Corpus corpus, Optional<Corpus> own, double share, RepairSettings settings) {
    return own.map(
            heldout ->
                new HeldoutSplit(
                    CorpusPool.of("corpus", corpus), CorpusPool.of("heldout", heldout)))
        .orElseGet(() -> ofShare(corpus, share, settings.randomSeed()));
  }

  /** Without a corpus of held-out seeds. */
  static HeldoutSplit ofShare(Corpus corpus, double share, long randomSeed) {
    return bySeed(CorpusPool.of("corpus", corpus), share, randomSeed);
  }

  /**
   * Seeds with a deviation and those without are both held out in that share; a single one of a
   * kind is learned from.
   */
  private static HeldoutSplit bySeed(CorpusPool all, double share, long randomSeed) {
    Set<Integer> deviating = all.where(PoolPicture::hard).seeds();
    Set<Integer> others = new HashSet<>(all.seeds());
    others.removeAll(deviating);
    SplittableRandom random = new SplittableRandom(randomSeed);
    Set<Integer> heldout = new HashSet<>(drawn(deviating, share, random));
    heldout.addAll(drawn(new TreeSet<>(others), share, random));
    return new HeldoutSplit(
        all.where(picture -> !heldout.contains(picture.seed())),
        all.where(picture -> heldout.contains(picture.seed())));
  }

  private static List<Integer> drawn(Set<Integer> seeds, double share, SplittableRandom random) {
    List<Integer> left = new ArrayList<>(seeds);
    int count = seeds.size() < 2 ? 0 : Math.max(1, (int) Math.round(share * seeds.size()));
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      drawn.add(left.remove(random.nextInt(left.size())));
    }
    return drawn;
  }
}
