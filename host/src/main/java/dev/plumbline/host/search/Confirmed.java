package dev.plumbline.host.search;

import dev.plumbline.host.corpus.PictureClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search takes a batch of pictures to be, after the confirming judge was asked.
 *
 * @param judged what both models say, the compressed one as the proxy
 * @param refusals what the confirming judge says of pictures that the proxy calls effective and it
 *     does not, by row
 */
record Confirmed(Judged judged, Map<Integer, Refusal> refusals) {
  /**
   * The confirming judge's answer on a picture.
   *
   * @param margin logit of the seed's label less the largest other one
   */
  record Refusal(int label, float confidence, double margin) {}

  static Confirmed asTheProxySays(Judged judged) {
    return new Confirmed(judged, Map.of());
  }

  /**
   * @param candidates rows that the judge was asked about
   * @param byJudge its answers, in their order
   */
  static Confirmed of(Judged judged, List<Integer> candidates, Predictions byJudge) {
    Map<Integer, Refusal> refusals = new HashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      int row = candidates.get(i);
      int label = judged.seedLabels()[row];
      if (byJudge.labels()[i] == label) {
        refusals.put(row, new Refusal(label, byJudge.confidences()[i], byJudge.margin(i, label)));
      }
    }
    return new Confirmed(judged, refusals);
  }

  boolean isRefused(int row) {
    return refusals.containsKey(row);
  }

  PictureClass pictureClass(int row) {
    return isRefused(row) ? PictureClass.VALID : judged.pictureClass(row);
  }

  /** What the compressed model is taken to say. */
  int compressedLabel(int row) {
    return isRefused(row) ? refusals.get(row).label() : judged.byCompressed().labels()[row];
  }

  float compressedConfidence(int row) {
    return isRefused(row)
        ? refusals.get(row).confidence()
        : judged.byCompressed().confidences()[row];
  }

  /** Its logit of the seed's label less the largest other one. */
  double compressedMargin(int row) {
    return isRefused(row) ? refusals.get(row).margin() : proxyMargin(row);
  }

  private double proxyMargin(int row) {
    return judged.byCompressed().margin(row, judged.seedLabels()[row]);
  }

  /** By how much the confirming judge's margin of a picture it refused lies above the proxy's. */
  float apart(int row) {
    return (float) (refusals.get(row).margin() - proxyMargin(row));
  }
}
