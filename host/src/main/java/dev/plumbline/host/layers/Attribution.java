package dev.plumbline.host.layers;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which layers deviations come from, in the eyes of the proxy.
 *
 * @param pictures that were looked at
 * @param effects of single layers; what restores most is first
 * @param restoring by the index of a picture that the compressed model deviates on, the smallest
 *     set of layers found that restores its label; empty where none of at most {@link
 *     LayerSearch#LARGEST_SET} layers was found
 */
public record Attribution(
    int pictures, List<LayerEffect> effects, Map<Integer, Set<String>> restoring) {

  /** Pictures that the compressed model deviates on. */
  public int deviations() {
    return restoring.size();
  }
}
