package dev.plumbline.host.score;

import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Box.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Average precision of boxes as COCO measures it (pycocotools' {@code COCOeval}, all areas): ten
 * bounds of overlap, precision at 101 recalls, at most 100 boxes of a class on a picture; crowds
 * and what is ignored count neither for a model nor against it.
 */
final class AveragePrecision {
  private static final int BOUNDS = 10;
  private static final int RECALLS = 101;
  private static final int MOST = 100;

  private final Map<Integer, OfClass> classes = new TreeMap<>();

  /** What is known of one class. */
  private static final class OfClass {
    private int objects;
    private final List<Found> found = new ArrayList<>();
  }

  /**
   * A box that a model found.
   *
   * @param right a bit for each bound with which it lies on an object
   * @param ignored a bit for each bound with which it does not count
   */
  private record Found(float score, short right, short ignored) {}

  /** Takes a picture into account. */
  void add(List<Box> found, List<Box> noted) {
    Map<Integer, List<Box>> foundOf = byClass(found);
    Map<Integer, List<Box>> notedOf = byClass(noted);
    notedOf.keySet().forEach(label -> foundOf.putIfAbsent(label, List.of()));
    foundOf.forEach((label, boxes) -> add(label, boxes, notedOf.getOrDefault(label, List.of())));
  }

  private static Map<Integer, List<Box>> byClass(List<Box> boxes) {
    return boxes.stream()
        .collect(Collectors.groupingBy(Box::label, TreeMap::new, Collectors.toList()));
  }

  private void add(int label, List<Box> found, List<Box> noted) {
    OfClass of = classes.computeIfAbsent(label, l -> new OfClass());
    List<Box> surest =
        found.stream()
            .sorted(Comparator.comparingDouble((Box box) -> -box.score()))
            .limit(MOST)
            .toList();
    List<Box> objects =
        noted.stream().sorted(Comparator.comparing((Box box) -> !counts(box))).toList();
    of.objects += (int) objects.stream().filter(AveragePrecision::counts).count();
    short[] right = new short[surest.size()];
    short[] ignored = new short[surest.size()];
    double[][] overlaps = overlaps(surest, objects);
    for (int b = 0; b < BOUNDS; b++) {
      match(bound(b), b, overlaps, objects, right, ignored);
    }
    for (int i = 0; i < right.length; i++) {
      of.found.add(new Found(surest.get(i).score(), right[i], ignored[i]));
    }
  }

  /** 0.5 to 0.95, rounded as NumPy's {@code linspace} does. */
  private static double bound(int number) {
    return number == BOUNDS - 1 ? 0.95 : number * ((0.95 - 0.5) / (BOUNDS - 1)) + 0.5;
  }

  private static boolean counts(Box box) {
    return box.role() == Role.OBJECT;
  }

  private static double[][] overlaps(List<Box> found, List<Box> objects) {
    double[][] overlaps = new double[found.size()][objects.size()];
    for (int i = 0; i < found.size(); i++) {
      for (int o = 0; o < objects.size(); o++) {
        Box box = found.get(i);
        Box object = objects.get(o);
        double area = box.area();
        overlaps[i][o] =
            object.role() != Role.CROWD
                ? object.iou(box)
                : area > 0 ? object.shared(box) / area : 0;
      }
    }
    return overlaps;
  }

  /**
   * The surest box first takes the object that it overlaps most; of equal ones the last. An object
   * that does not count is taken where there is no other.
   */
  private static void match(
      double bound,
      int bit,
      double[][] overlaps,
      List<Box> objects,
      short[] right,
      short[] ignored) {
    boolean[] taken = new boolean[objects.size()];
    for (int i = 0; i < right.length; i++) {
      double least = Math.min(bound, 1 - 1e-10);
      int match = -1;
      for (int o = 0; o < taken.length; o++) {
        boolean counts = counts(objects.get(o));
        if (taken[o] && objects.get(o).role() != Role.CROWD) {
          continue;
        }
        if (match >= 0 && counts(objects.get(match)) && !counts) {
          break;
        }
        if (overlaps[i][o] >= least) {
          least = overlaps[i][o];
          match = o;
        }
      }
      if (match >= 0) {
        taken[match] = true;
        if (counts(objects.get(match))) {
          right[i] |= (short) (1 << bit);
        } else {
          ignored[i] |= (short) (1 << bit);
        }
      }
    }
  }

  /** Mean over classes with objects and over all bounds, 0 to 1; 0 where nothing was noted. */
  double mean() {
    return mean(0, BOUNDS);
  }

  /** Likewise, with an overlap of a half alone. */
  double meanAtHalf() {
    return mean(0, 1);
  }

  private double mean(int from, int to) {
    double sum = 0;
    int count = 0;
    for (OfClass of : classes.values()) {
      if (of.objects == 0) {
        continue;
      }
      List<Found> sorted = new ArrayList<>(of.found);
      sorted.sort(Comparator.comparingDouble(found -> -found.score));
      for (int b = from; b < to; b++) {
        sum += precision(sorted, b, of.objects);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** Mean of the precision at 101 recalls. */
  private static double precision(List<Found> sorted, int bit, int objects) {
    double[] recall = new double[sorted.size()];
    double[] precision = new double[sorted.size()];
    int right = 0;
    int counted = 0;
    for (int i = 0; i < recall.length; i++) {
      Found found = sorted.get(i);
      if ((found.ignored >> bit & 1) == 0) {
        counted++;
        right += found.right >> bit & 1;
      }
      recall[i] = (double) right / objects;
      precision[i] = right / (counted + Math.ulp(1.0));
    }
    for (int i = precision.length - 1; i > 0; i--) {
      precision[i - 1] = Math.max(precision[i - 1], precision[i]);
    }
    double sum = 0;
    for (int r = 0; r < RECALLS; r++) {
      // Rounded as NumPy's linspace does: a recall of 7 / 20 comes before 35 * 0.01.
      int at = firstAtLeast(recall, r * 0.01);
      sum += at < recall.length ? precision[at] : 0;
    }
    return sum / RECALLS;
  }

  private static int firstAtLeast(double[] ascending, double value) {
    int at = Arrays.binarySearch(ascending, value);
    if (at < 0) {
      return -at - 1;
    }
    while (at > 0 && ascending[at - 1] == value) {
      at--;
    }
    return at;
  }
}
