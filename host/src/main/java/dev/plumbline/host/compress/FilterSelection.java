package dev.plumbline.host.compress;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which channels are removed: in every layer, or in layers that can only lose channels together,
 * the given share with the smallest L1 norms (Li et al., "Pruning Filters for Efficient ConvNets",
 * 2017). A channel that several filters make counts by the mean of their norms, each relative to
 * the mean of its layer, so that no layer outweighs the others.
 */
final class FilterSelection {
  private final ChannelFlow flow;
  private final double rate;
  private final Map<Integer, List<Double>> norms = new LinkedHashMap<>();
  private final Map<Integer, Map<FilterLayer, Integer>> filters = new HashMap<>();
  private final Map<FilterLayer, Integer> left = new HashMap<>();

  private FilterSelection(ChannelFlow flow, double rate) {
    this.flow = flow;
    this.rate = rate;
  }

  /**
   * Chooses channels; of equal ones the earlier go.
   *
   * @return sets of {@link ChannelSets}
   */
  static BitSet removed(ChannelFlow flow, double rate) {
    return new FilterSelection(flow, rate).choose();
  }

  private BitSet choose() {
    for (FilterLayer layer : flow.layers()) {
      double[] relative = layer.relativeNorms();
      left.put(layer, layer.ids().length);
      for (int f = 0; f < layer.ids().length; f++) {
        int set = flow.sets().setOf(layer.ids()[f]);
        filters.computeIfAbsent(set, k -> new HashMap<>()).merge(layer, 1, Integer::sum);
        if (layer.ranks()) {
          norms.computeIfAbsent(set, k -> new ArrayList<>()).add(relative[f]);
        }
      }
    }
    BitSet removed = new BitSet();
    for (List<Integer> together : bound()) {
      remove(together, removed);
    }
    return removed;
  }

  /** The sets that are ranked, by the layers that they bind together. */
  private Collection<List<Integer>> bound() {
    Map<FilterLayer, Integer> first = new HashMap<>();
    ChannelSets parts = new ChannelSets();
    Map<Integer, Integer> part = new HashMap<>();
    for (int set : norms.keySet()) {
      part.put(set, parts.fresh(1)[0]);
      for (FilterLayer layer : filters.get(set).keySet()) {
        Integer other = first.putIfAbsent(layer, set);
        if (other != null) {
          parts.join(part.get(set), part.get(other));
        }
      }
    }
    Map<Integer, List<Integer>> bound = new TreeMap<>();
    for (int set : norms.keySet()) {
      bound.computeIfAbsent(parts.setOf(part.get(set)), k -> new ArrayList<>()).add(set);
    }
    return bound.values();
  }

  private void remove(List<Integer> together, BitSet removed) {
    long wanted = Math.round(rate * together.size());
    List<Integer> ranked = new ArrayList<>(together);
    ranked.removeIf(set -> flow.sets().whyKept(set).isPresent());
    ranked.sort(Comparator.comparingDouble(this::norm));
    Set<Integer> chosen = new HashSet<>();
    for (int set : ranked) {
      Map<FilterLayer, Integer> lost = filters.get(set);
      // A layer keeps one filter at least.
      boolean possible =
          lost.entrySet().stream().allMatch(e -> left.get(e.getKey()) > e.getValue());
      if (chosen.size() < wanted && possible) {
        chosen.add(set);
        lost.forEach((layer, count) -> left.merge(layer, -count, Integer::sum));
      }
    }
    chosen.forEach(removed::set);
  }

  private double norm(int set) {
    return norms.get(set).stream().mapToDouble(d -> d).average().orElse(0);
  }

  /** The filters of a layer that go. */
  static List<Integer> removed(FilterLayer layer, ChannelSets sets, BitSet removed) {
    List<Integer> filters = new ArrayList<>();
    int[] ids = layer.ids();
    for (int f = 0; f < ids.length; f++) {
      if (removed.get(sets.setOf(ids[f]))) {
        filters.add(f);
      }
    }
    return filters;
  }
}
