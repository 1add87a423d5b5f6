package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The objects on a picture.
 *
 * @param objects those of the highest scores first; none where the model is sure of none
 */
public record Boxes(List<Box> objects) implements Decision {
  static final String KEY = "objects";

  private static final int TOLD = 5;

  public Boxes {
    objects = List.copyOf(objects);
  }

  /** A decision of a detection. */
  public static Boxes of(Decision decision) {
    return (Boxes) decision;
  }

  /** The lowest score of the objects; 1 where there is none. */
  @Override
  public float confidence() {
    float least = 1;
    for (Box box : objects) {
      least = Math.min(least, box.score());
    }
    return least;
  }

  @Override
  public String text(List<String> classNames) {
    if (objects.isEmpty()) {
      return "no object";
    }
    String told =
        objects.stream()
            .limit(TOLD)
            .map(box -> String.format(Locale.ROOT, "%s %.2f", name(box, classNames), box.score()))
            .collect(Collectors.joining(", "));
    return objects.size() > TOLD ? told + " and " + (objects.size() - TOLD) + " more" : told;
  }

  /** What people call an object's class. */
  public static String name(Box box, List<String> classNames) {
    return box.label() < classNames.size() ? classNames.get(box.label()) : "class " + box.label();
  }

  @Override
  public String identity() {
    return objects.stream()
        .map(box -> box.label() + "@" + corners(box) + (role(box).isEmpty() ? "" : role(box)))
        .collect(Collectors.joining(" "));
  }

  private static List<Float> corners(Box box) {
    return List.of(box.x1(), box.y1(), box.x2(), box.y2());
  }

  private static String role(Box box) {
    return box.role() == Box.Role.OBJECT ? "" : box.role().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Map<String, Object> json() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Box box : objects) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("class", box.label());
      json.put("score", box.score());
      json.put("box", corners(box));
      if (!role(box).isEmpty()) {
        json.put("role", role(box));
      }
      list.add(json);
    }
    return Map.of(KEY, list);
  }

  /**
   * The decision that {@link #json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Boxes read(JsonNode json) {
    JsonNode list = json.path(KEY);
    List<Box> objects = new ArrayList<>();
    boolean whole = list.isArray();
    for (JsonNode each : list) {
      JsonNode box = each.path("box");
      whole &= each.path("class").isInt() && each.path("score").isNumber() && box.size() == 4;
      for (JsonNode corner : box) {
        whole &= corner.isNumber();
      }
      if (!whole) {
        break;
      }
      objects.add(
          new Box(
              each.path("class").intValue(),
              each.path("score").floatValue(),
              box.get(0).floatValue(),
              box.get(1).floatValue(),
              box.get(2).floatValue(),
              box.get(3).floatValue(),
              Box.Role.valueOf(each.path("role").asText("object").toUpperCase(Locale.ROOT))));
    }
    if (!whole) {
      throw new IllegalArgumentException(
          "a decision " + json + ", expected objects with class, score and a box of four numbers");
    }
    return new Boxes(objects);
  }
}
