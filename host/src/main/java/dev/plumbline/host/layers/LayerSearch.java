package dev.plumbline.host.layers;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds the layers that deviations come from: puts layers of the compressed model into float, one
 * by one and several at once, and looks which pictures get the original's label back. The proxy
 * judges, on all pictures at once. The same input gives the same answer on the same machine.
 */
public final class LayerSearch {
  /** Sets of more layers are not looked for: they name nothing in particular. */
  public static final int LARGEST_SET = 4;

  /** Layers that are tried as the next of a set, those first that do most alone. */
  private static final int CANDIDATES = 8;

  private final CompressedLayers layers;
  private final List<String> names;
  private final ProxyMargins proxy;
  private final Progress progress;

  /** Pictures that the compressed model deviates on, and their margins. */
  private final int[] deviations;

  private final double[] margins;

  /** Margins of the deviations with one layer in float, by its name. */
  private final Map<String, double[]> single = new LinkedHashMap<>();

  private final Map<String, Long> bytes = new HashMap<>();

  /**
   * Tries every layer alone.
   *
   * @param pictures of one shape, at least one
   * @param expected what the original decides on each
   * @param device computes the proxies
   */
  public LayerSearch(
      CompressedLayers layers,
      Preprocessing preprocessing,
      List<? extends Input> pictures,
      List<? extends Decision> expected,
      Device device,
      Progress progress) {
    this.layers = layers;
    this.names = List.copyOf(layers.operators().keySet());
    this.proxy = new ProxyMargins(preprocessing, device, pictures, expected);
    this.progress = progress;
    double[] all = proxy.of(layers.compressed(), IntStream.range(0, pictures.size()).toArray());
    this.deviations =
        IntStream.range(0, all.length).filter(i -> ProxyMargins.deviates(all[i])).toArray();
    this.margins = Arrays.stream(deviations).mapToDouble(i -> all[i]).toArray();
    try (Progress.Step step = progress.begin("trying layers in float", names.size())) {
      for (String name : names) {
        OnnxModel model = layers.inFloat(List.of(name));
        single.put(name, proxy.of(model, deviations));
        bytes.put(name, (long) model.bytes().length - layers.compressed().bytes().length);
        step.at(single.size(), name);
      }
    }
  }

  /** Ranks the layers and names the smallest set that restores each deviation. */
  public Attribution attribution() {
    List<LayerEffect> effects = new ArrayList<>();
    for (String name : names) {
      double[] with = single.get(name);
      effects.add(
          new LayerEffect(
              name,
              layers.operators().get(name),
              restored(with),
              IntStream.range(0, with.length).mapToDouble(i -> gain(name, i)).average().orElse(0),
              bytes.get(name)));
    }
    effects.sort(
        Comparator.comparingInt(LayerEffect::restored)
            .thenComparingDouble(LayerEffect::margin)
            .reversed());
    return new Attribution(proxy.expected().size(), effects, restoring());
  }

  private double gain(String layer, int deviation) {
    return single.get(layer)[deviation] - margins[deviation];
  }

  private static int restored(double[] margins) {
    return (int) Arrays.stream(margins).filter(m -> !ProxyMargins.deviates(m)).count();
  }

  private Map<Integer, Set<String>> restoring() {
    Map<Integer, Set<String>> found = new TreeMap<>();
    // Deviations that one set was the best for so far go on together.
    Map<Set<String>, List<Integer>> open = new LinkedHashMap<>();
    for (int d = 0; d < deviations.length; d++) {
      int at = d;
      String best =
          names.stream().max(Comparator.comparingDouble(n -> single.get(n)[at])).orElseThrow();
      Set<String> set = Set.of(best);
      if (ProxyMargins.deviates(single.get(best)[d])) {
        found.put(deviations[d], Set.of());
        open.computeIfAbsent(set, s -> new ArrayList<>()).add(d);
      } else {
        found.put(deviations[d], set);
      }
    }
    for (int size = 2; size <= Math.min(LARGEST_SET, names.size()) && !open.isEmpty(); size++) {
      open = larger(open, size, found);
    }
    return found;
  }

  /** Adds to each set, for each of its deviations, the layer that does most. */
  private Map<Set<String>, List<Integer>> larger(
      Map<Set<String>, List<Integer>> open, int size, Map<Integer, Set<String>> found) {
    Map<Set<String>, List<Integer>> next = new LinkedHashMap<>();
    try (Progress.Step step = progress.begin("trying sets of " + size, open.size())) {
      int done = 0;
      for (Map.Entry<Set<String>, List<Integer>> each : open.entrySet()) {
        int[] group = each.getValue().stream().mapToInt(Integer::intValue).toArray();
        double[] best = new double[group.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        List<Set<String>> sets = new ArrayList<>(Collections.nCopies(group.length, null));
        for (String candidate : candidates(each.getKey(), group)) {
          Set<String> more = new LinkedHashSet<>(each.getKey());
          more.add(candidate);
          int[] pictures = Arrays.stream(group).map(d -> deviations[d]).toArray();
          double[] with = proxy.of(layers.inFloat(more), pictures);
          for (int i = 0; i < group.length; i++) {
            if (with[i] > best[i]) {
              best[i] = with[i];
              sets.set(i, more);
            }
          }
        }
        for (int i = 0; i < group.length; i++) {
          if (!ProxyMargins.deviates(best[i])) {
            found.put(deviations[group[i]], inOrder(sets.get(i)));
          } else if (sets.get(i) != null) {
            next.computeIfAbsent(Set.copyOf(sets.get(i)), s -> new ArrayList<>()).add(group[i]);
          }
        }
        step.at(++done, "");
      }
    }
    return next;
  }

  private Set<String> inOrder(Set<String> set) {
    Set<String> ordered = new LinkedHashSet<>(names);
    ordered.retainAll(set);
    return ordered;
  }

  private List<String> candidates(Set<String> set, int[] group) {
    return names.stream()
        .filter(name -> !set.contains(name))
        .sorted(
            Comparator.comparingDouble(
                name -> -Arrays.stream(group).mapToDouble(d -> gain(name, d)).sum()))
        .limit(CANDIDATES)
        .toList();
  }

  /**
   * Chooses layers greedily: each the one that restores most together with those before it, as long
   * as more are restored.
   *
   * @param largest size of the model's file in bytes
   */
  public Suggestion suggestion(long largest) {
    List<String> chosen = new ArrayList<>();
    Suggestion best = new Suggestion(List.of(), 0, deviations.length, layers.compressed());
    double total = Arrays.stream(margins).sum();
    int[] group = IntStream.range(0, deviations.length).toArray();
    try (Progress.Step step = progress.begin("choosing layers", deviations.length)) {
      boolean better = true;
      while (better && best.restored() < deviations.length && chosen.size() < names.size()) {
        better = false;
        Suggestion next = null;
        double nextTotal = total;
        for (String candidate : candidates(Set.copyOf(chosen), group)) {
          List<String> more = new ArrayList<>(chosen);
          more.add(candidate);
          OnnxModel model = layers.inFloat(more);
          if (model.bytes().length > largest) {
            continue;
          }
          double[] with = proxy.of(model, deviations);
          Suggestion tried = new Suggestion(more, restored(with), deviations.length, model);
          double sum = Arrays.stream(with).sum();
          boolean ahead =
              next == null
                  ? tried.restored() > best.restored() || sum > total
                  : tried.restored() > next.restored()
                      || tried.restored() == next.restored() && sum > nextTotal;
          if (ahead) {
            next = tried;
            nextTotal = sum;
          }
        }
        if (next != null) {
          // Layers that restore nothing yet may with the next; what stays is what restores more.
          better = true;
          chosen = new ArrayList<>(next.layers());
          total = nextTotal;
          best = next.restored() > best.restored() ? next : best;
          step.at(best.restored(), next.layers().size() + " layers");
        }
      }
    }
    return withoutIdle(best, largest);
  }

  /** Takes out again what later layers made needless. */
  private Suggestion withoutIdle(Suggestion found, long largest) {
    Suggestion best = found;
    for (String layer : found.layers()) {
      List<String> fewer = new ArrayList<>(best.layers());
      fewer.remove(layer);
      if (fewer.isEmpty()) {
        break;
      }
      OnnxModel model = layers.inFloat(fewer);
      int restored = restored(proxy.of(model, deviations));
      if (restored >= best.restored() && model.bytes().length <= largest) {
        best = new Suggestion(fewer, restored, deviations.length, model);
      }
    }
    return best;
  }
}
