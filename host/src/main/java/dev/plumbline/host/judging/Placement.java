package dev.plumbline.host.judging;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What really ran of a model on a device, as ONNX Runtime's profile there tells, after it optimised
 * the graph: a provider that is asked first may leave any node to the next.
 *
 * @param providers most nodes first; empty where it is not known
 */
public record Placement(@JsonValue List<ByProvider> providers) {
  /** Of a judge that does not tell. */
  public static final Placement UNKNOWN = new Placement(List.of());

  /**
   * What one execution provider ran.
   *
   * @param provider such as CPUExecutionProvider
   * @param nodes that it ran
   * @param operators how many of them are of which operator, in order of the operators
   */
  public record ByProvider(String provider, int nodes, Map<String, Integer> operators) {
    public ByProvider {
      operators = Collections.unmodifiableMap(new TreeMap<>(operators));
    }

    @Override
    public String toString() {
      return operators.entrySet().stream()
          .map(operator -> operator.getValue() + " " + operator.getKey())
          .collect(Collectors.joining(", ", provider + " " + nodes + " nodes (", ")"));
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Placement {
    providers = List.copyOf(providers);
  }

  /** Whether the judge told. */
  public boolean isKnown() {
    return !providers.isEmpty();
  }

  /** The same text for the same run: for people, and for the database. */
  @Override
  public String toString() {
    return providers.stream().map(ByProvider::toString).collect(Collectors.joining("; "));
  }
}
