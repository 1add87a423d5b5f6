package dev.plumbline.host.search;

import dev.plumbline.host.corpus.PictureClass;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a search finds while it goes. */
final class Tally {
  private final Map<PictureClass, Long> classes = new EnumMap<>(PictureClass.class);
  private final BitSet withDeviation = new BitSet();
  private int seeds;
  private int naturalDeviations;
  private long mutated;
  private double rms;
  private double linf;

  void seed(boolean deviates) {
    seeds++;
    if (deviates) {
      naturalDeviations++;
    }
  }

  void mutated(MutatedPicture picture) {
    mutated++;
    classes.merge(picture.pictureClass(), 1L, Long::sum);
    if (picture.pictureClass() == PictureClass.EFFECTIVE) {
      withDeviation.set(picture.seed());
      rms += picture.rms();
      linf += picture.linf();
    }
  }

  long count(PictureClass pictureClass) {
    return classes.getOrDefault(pictureClass, 0L);
  }

  long mutated() {
    return mutated;
  }

  /** A few words for people who wait. */
  String note() {
    return count(PictureClass.EFFECTIVE)
        + " effective, "
        + count(PictureClass.VALID)
        + " valid, "
        + count(PictureClass.INVALID)
        + " invalid";
  }

  SearchOutcome outcome(double seconds) {
    long effective = count(PictureClass.EFFECTIVE);
    return new SearchOutcome(
        seeds,
        naturalDeviations,
        mutated,
        effective,
        count(PictureClass.VALID),
        count(PictureClass.INVALID),
        withDeviation.cardinality(),
        effective == 0 ? 0 : rms / effective,
        effective == 0 ? 0 : linf / effective,
        seconds);
  }
}
