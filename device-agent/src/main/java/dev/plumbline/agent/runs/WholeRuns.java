package dev.plumbline.agent.runs;

/**
 * Pictures in runs of one size, for a model that takes no other. If there are too few for the last
 * run, the last picture fills it up, so that no pixel is there that is not a picture's; what the
 * model says of such a copy is dropped.
 *
 * @param pictures at least 0
 * @param size places of a run, at least 1
 */
public record WholeRuns(int pictures, int size) {
  /** Runs that hold all pictures. */
  public int runs() {
    return Math.toIntExact((pictures + size - 1L) / size);
  }

  /** Places of all runs: those from {@link #pictures} on hold copies of the last picture. */
  public int places() {
    return Math.multiplyExact(runs(), size);
  }

  /** The picture in a place, counted over all runs. */
  public int picture(int place) {
    return Math.min(place, pictures - 1);
  }

  /** How many of the places from one on hold a picture that is no copy, a run's at most. */
  public int present(int firstPlace) {
    return Math.min(size, pictures - firstPlace);
  }
}
