package dev.plumbline.host.verification;

import java.util.List;

/**
 * The model as it is deployed, in ONNX Runtime with all optimisations, against its graph.
 *
 * @param sameLabels pictures on which both give one label
 * @param largestDifference of a logit, over all pictures
 * @param largestMagnitude of a logit of the graph
 * @param causes what is known to make them differ, in sentences; none where nothing is known
 */
public record Deployed(
    int sameLabels, double largestDifference, double largestMagnitude, List<String> causes) {
  public Deployed {
    causes = List.copyOf(causes);
  }
}
