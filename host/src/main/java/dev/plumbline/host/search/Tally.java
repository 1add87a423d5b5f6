package dev.plumbline.host.search;

import dev.plumbline.host.search.SearchState.Found;

/** Counts what a search finds while it goes. */
final class Tally {
  private int seeds;
  private int naturalDeviations;
  private long effective;
  private long valid;
  private long invalid;
  private int seedsWithDeviation;
  private double rms;
  private double linf;
  private long refused;

  /**
   * @param found counts to go on from
   */
  Tally(Found found) {
    seeds = found.seeds();
    naturalDeviations = found.naturalDeviations();
    effective = found.effective();
    valid = found.valid();
    invalid = found.invalid();
    seedsWithDeviation = found.seedsWithDeviation();
    rms = found.rms();
    linf = found.linf();
    refused = found.refused();
  }

  void seed(boolean deviates) {
    seeds++;
    if (deviates) {
      naturalDeviations++;
    }
  }

  /**
   * @param first whether no picture of the seed was effective before
   */
  void mutated(MutatedPicture picture, boolean first) {
    if (picture.refused().isPresent()) {
      refused++;
    }
    switch (picture.pictureClass()) {
      case VALID -> valid++;
      case INVALID -> invalid++;
      case EFFECTIVE -> {
        effective++;
        rms += picture.rms();
        linf += picture.linf();
        if (first) {
          seedsWithDeviation++;
        }
      }
    }
  }

  Found found() {
    return new Found(
        seeds,
        naturalDeviations,
        effective,
        valid,
        invalid,
        seedsWithDeviation,
        rms,
        linf,
        refused);
  }

  /** A few words for people who wait. */
  String note() {
    return effective + " effective, " + valid + " valid, " + invalid + " invalid";
  }

  SearchOutcome outcome(double seconds) {
    return new SearchOutcome(
        seeds,
        naturalDeviations,
        effective + valid + invalid,
        effective,
        valid,
        invalid,
        seedsWithDeviation,
        effective == 0 ? 0 : rms / effective,
        effective == 0 ? 0 : linf / effective,
        refused,
        seconds);
  }
}
