package dev.plumbline.host.searchjob;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a job: some of its groups of seeds, one after the other.
 *
 * @param number from 1
 * @param of how many shards the job has
 */
public record Shard(int number, int of) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

  /** The job as a whole. */
  public static final Shard WHOLE = new Shard(1, 1);

  public Shard {
    if (number < 1 || number > of) {
      throw new IllegalArgumentException("shard " + number + " of " + of);
    }
  }

  /**
   * Reads {@code I/N}.
   *
   * @throws BadInputException if it is of another form
   */
  public static Shard parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      int number = Integer.parseInt(form.group(1));
      int of = Integer.parseInt(form.group(2));
      if (number >= 1 && number <= of) {
        return new Shard(number, of);
      }
    }
    throw new BadInputException(
        "shard '" + text + "' cannot be read: expected I/N, such as 1/4 for the first of four");
  }

  /**
   * Groups of this shard, of all of a job.
   *
   * @throws BadInputException if there are fewer groups than shards
   */
  List<SeedGroup> part(List<SeedGroup> groups) {
    if (of > groups.size()) {
      throw new BadInputException(
          "shard "
              + this
              + " is one of "
              + of
              + ", and the job has "
              + groups.size()
              + (groups.size() == 1 ? " group" : " groups")
              + " of seeds: expected as many shards at most");
    }
    long all = groups.size();
    return groups.subList((int) (all * (number - 1) / of), (int) (all * number / of));
  }

  @Override
  public String toString() {
    return number + "/" + of;
  }
}
