package dev.plumbline.host.compress;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Channels of a model in sets that can only be removed together, as those that are added to each
 * other (a union-find), and which of the sets have to stay.
 */
final class ChannelSets {
  private int[] parents = new int[256];
  private int size;
  private final Map<Integer, String> kept = new HashMap<>();

  /** So many new channels, each a set of its own. */
  int[] fresh(int count) {
    int[] ids = new int[count];
    while (size + count > parents.length) {
      parents = Arrays.copyOf(parents, 2 * parents.length);
    }
    for (int i = 0; i < count; i++) {
      parents[size] = size;
      ids[i] = size++;
    }
    return ids;
  }

  /** Channels that have to stay. */
  int[] freshKept(int count, String reason) {
    int[] ids = fresh(count);
    keep(ids, reason);
    return ids;
  }

  /** The set of a channel, called by one of its channels. */
  int setOf(int id) {
    int at = id;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  void join(int a, int b) {
    int first = setOf(a);
    int second = setOf(b);
    if (first == second) {
      return;
    }
    int root = Math.min(first, second);
    int other = Math.max(first, second);
    parents[other] = root;
    String reason = kept.remove(other);
    if (reason != null) {
      kept.putIfAbsent(root, reason);
    }
  }

  /** Joins channels that stand at the same positions. */
  void join(int[] a, int[] b) {
    for (int i = 0; i < a.length; i++) {
      join(a[i], b[i]);
    }
  }

  /** These channels have to stay; the first reason counts. */
  void keep(int[] ids, String reason) {
    for (int id : ids) {
      kept.putIfAbsent(setOf(id), reason);
    }
  }

  /** Why a channel has to stay, if it has to. */
  Optional<String> whyKept(int id) {
    return Optional.ofNullable(kept.get(setOf(id)));
  }
}
