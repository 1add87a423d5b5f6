package dev.plumbline.host.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.judging.ClopperPearson;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How many of a sample.
 *
 * @param count at least 0
 * @param of size of the sample, at least {@code count}; 0 where there was nothing to count
 */
public record Share(int count, int of) {
  public Share {
    if (count < 0 || count > of) {
      throw new IllegalArgumentException(count + " of " + of);
    }
  }

  /** The share, 0 to 1; of an empty sample 0. */
  public double value() {
    return of == 0 ? 0 : (double) count / of;
  }

  /** The exact 95 % interval of the share; an empty sample says nothing of it. */
  public ClopperPearson interval() {
    return of == 0 ? new ClopperPearson(0, 1) : ClopperPearson.of(count, of);
  }

  /** Whether the two intervals have a share in common: the samples may be of one share. */
  public boolean mayEqual(Share other) {
    ClopperPearson own = interval();
    ClopperPearson others = other.interval();
    return own.low() <= others.high() && others.low() <= own.high();
  }

  /**
   * Keys of answers and metadata: {@code count}, {@code of}, {@code share}, {@code low}, {@code
   * high}.
   */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("count", count);
    map.put("of", of);
    map.put("share", value());
    map.put("low", interval().low());
    map.put("high", interval().high());
    return map;
  }

  /**
   * What {@link #asMap} made.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Share read(JsonNode json) {
    if (!json.path("count").isInt() || !json.path("of").isInt()) {
      throw new IllegalArgumentException("a share " + json + ", expected the keys count and of");
    }
    return new Share(json.get("count").intValue(), json.get("of").intValue());
  }

  /** For people: "66 of 1000 (6.60 %, 95 %: 5.14 to 8.32 %)". */
  @Override
  public String toString() {
    if (of == 0) {
      return "0 of 0";
    }
    return String.format(
        Locale.ROOT,
        "%d of %d (%.2f %%, 95 %%: %.2f to %.2f %%)",
        count,
        of,
        100 * value(),
        100 * interval().low(),
        100 * interval().high());
  }
}
