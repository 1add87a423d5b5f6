package dev.plumbline.host.judging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What changed on one judge when nothing should have changed: the runs that were repeated, and the
 * pictures whose label flipped in any of them. None of these is counted as a deviation.
 *
 * @param repeats in the order in which they were made; empty where none was asked for
 * @param flipped ids of the pictures
 * @param notes sentences on what could not be repeated, such as an original that the device refuses
 */
public record NoiseFloor(List<RepeatedRun> repeats, Set<String> flipped, List<String> notes) {

  /**
   * One repeated run.
   *
   * @param model "original" or "compressed"
   * @param conditions what was other, or "same batch"
   * @param pictures that were run again
   * @param flips of them, that got another label
   */
  public record RepeatedRun(String model, String conditions, int pictures, int flips) {
    /** With the keys that files and answers have for it. */
    public Map<String, Object> asMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", model);
      map.put("conditions", conditions);
      map.put("pictures", pictures);
      map.put("flips", flips);
      return map;
    }
  }

  /** Of a judge that repeated nothing. */
  public static final NoiseFloor UNKNOWN = new NoiseFloor(List.of(), Set.of(), List.of());

  public NoiseFloor {
    repeats = List.copyOf(repeats);
    notes = List.copyOf(notes);
    flipped = Collections.unmodifiableSet(new TreeSet<>(flipped));
  }
}
