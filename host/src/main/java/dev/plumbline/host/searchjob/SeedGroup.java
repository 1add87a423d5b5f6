package dev.plumbline.host.searchjob;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.search.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Seeds that are searched in one place, as they walk together.
 *
 * @param from global number of the first
 * @param to above the number of the last
 * @param sha256 of the numbers, labels and pixels of all of them
 */
record SeedGroup(int from, int to, String sha256) {
  SeedGroup {
    if (from < 0 || to <= from || !sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "a group of the seeds " + from + " to " + to + " with the SHA-256 " + sha256);
    }
  }

  /**
   * All groups of a search, in order.
   *
   * @param batch seeds that walk together
   */
  static List<SeedGroup> of(Dataset data, int batch) {
    Seeds seeds = new Seeds(data);
    List<SeedGroup> groups = new ArrayList<>();
    int first = 0;
    while (first < seeds.size()) {
      int end = seeds.groupEnd(first, batch);
      int to = seeds.number(end - 1) + 1;
      groups.add(new SeedGroup(seeds.number(first), to, digest(data, first, end)));
      first = end;
    }
    return List.copyOf(groups);
  }

  /** SHA-256 of some seeds of a data set, by their places in it. */
  private static String digest(Dataset data, int first, int end) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int index = first; index < end; index++) {
        int label = data.isLabelled() ? data.label(index) : -1;
        digest.update(
            ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(data.number(index))
                .putInt(label)
                .array());
        digest.update(data.inputShape().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(data.input(index).bytes());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
