package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Seeds that a repair neither learns nor searches from, to search from anew when it has made a
 * model.
 *
 * @param choosing the rounds are compared by what is found from these
 * @param measuring nothing is chosen by these: they tell what the repair is worth
 */
public record HeldoutSeeds(Dataset choosing, Dataset measuring) {
  /**
   * Seeds from one data set, evenly spread over it.
   *
   * @param count of each kind at most, at least 1; half of the data set if it has fewer
   */
  public static HeldoutSeeds of(Dataset data, int count) {
    int each = Math.min(count, data.size() / 2);
    List<Integer> all = spread(data, 2 * each);
    return new HeldoutSeeds(everySecond(data, all, 0), everySecond(data, all, 1));
  }

  /**
   * Seeds from two data sets, evenly spread over each.
   *
   * @param count of each kind at most, at least 1
   */
  public static HeldoutSeeds of(Dataset choosing, Dataset measuring, int count) {
    return new HeldoutSeeds(
        Datasets.picked(choosing, spread(choosing, Math.min(count, choosing.size()))),
        Datasets.picked(measuring, spread(measuring, Math.min(count, measuring.size()))));
  }

  /** Whether there are seeds of both kinds. */
  public boolean suffice() {
    return choosing.size() > 0 && measuring.size() > 0;
  }

  private static List<Integer> spread(Dataset data, int count) {
    return IntStream.range(0, count).mapToObj(i -> (int) ((long) i * data.size() / count)).toList();
  }

  private static Dataset everySecond(Dataset data, List<Integer> all, int first) {
    return Datasets.picked(
        data,
        IntStream.range(0, all.size()).filter(i -> i % 2 == first).mapToObj(all::get).toList());
  }
}
