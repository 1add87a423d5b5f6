package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.PictureClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which valid pictures a corpus keeps beside the effective ones: those to which the proxy gives the
 * label of the seed by a small margin, as another processor's arithmetic may turn them over.
 *
 * @param margin of the compressed model, in logits, above 0; what lies above is not kept
 * @param perSeed the most that are kept of one seed, the closest, at least 0
 */
public record CloseValid(double margin, int perSeed) {
  /** The usual margin in logits, chosen by the measurement in docs/fleet.md. */
  public static final double USUAL_MARGIN = 2;

  /** The usual number of one seed, chosen likewise. */
  public static final int USUAL_PER_SEED = 3;

  /**
   * @throws BadInputException if a number is out of its range
   */
  public CloseValid {
    if (!(margin > 0)) {
      throw new BadInputException(
          "the margin of close pictures is " + margin + ", expected a number above 0");
    }
    if (perSeed < 0) {
      throw new BadInputException(
          "the number of close pictures of a seed is " + perSeed + ", expected at least 0");
    }
  }

  /**
   * Whether a picture is a valid one that is close.
   *
   * @param compressedMargin how far the compressed model is from leaving the seed's decision
   */
  boolean isClose(PictureClass pictureClass, double compressedMargin) {
    return pictureClass == PictureClass.VALID && compressedMargin < margin;
  }

  /** Collects the close pictures of the seeds that walk. */
  public Collecting collecting() {
    return new Collecting();
  }

  /** Holds no more than {@link #perSeed} pictures of each seed that walks. */
  public final class Collecting {
    private final Map<Integer, List<MutatedPicture>> bySeed = new HashMap<>();

    /** Takes a picture of any class. */
    public void add(MutatedPicture mutated) {
      if (!isClose(mutated.pictureClass(), mutated.compressedMargin())) {
        return;
      }
      List<MutatedPicture> closest =
          bySeed.computeIfAbsent(mutated.seed(), seed -> new ArrayList<>());
      closest.add(mutated);
      if (closest.size() > perSeed) {
        closest.remove(
            closest.stream()
                .max(Comparator.comparingDouble(MutatedPicture::compressedMargin))
                .orElseThrow());
      }
    }

    /** Those of all seeds that walk, by seed, in the order of the steps. */
    public List<MutatedPicture> held() {
      return bySeed.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .flatMap(seed -> seed.getValue().stream())
          .toList();
    }

    /** The closest pictures of a seed that is done, in the order of the steps. */
    public List<MutatedPicture> of(int seed) {
      List<MutatedPicture> closest = bySeed.remove(seed);
      return closest == null ? List.of() : closest;
    }
  }
}
