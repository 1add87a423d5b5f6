package dev.plumbline.host.task;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of a picture for verification: which other pictures show the same, and which do
 * not. No model decides this.
 *
 * @param picture number of the picture, from 0
 * @param same by the number of the other picture
 */
public record Partners(int picture, Map<Integer, Boolean> same) implements Decision {
  static final String KEY = "partners";

  public Partners {
    same = Map.copyOf(same);
  }

  @Override
  public float confidence() {
    return 1;
  }

  @Override
  public String text(List<String> classNames) {
    long alike = same.values().stream().filter(is -> is).count();
    return alike + " of the same and " + (same.size() - alike) + " of others";
  }

  @Override
  public String identity() {
    return picture
        + ": "
        + new TreeMap<>(same)
            .entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(" "));
  }

  @Override
  public Map<String, Object> json() {
    return Map.of("picture", picture, KEY, new TreeMap<>(same));
  }
}
