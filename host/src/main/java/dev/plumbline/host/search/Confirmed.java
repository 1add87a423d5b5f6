package dev.plumbline.host.search;

import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.proxy.Predictions;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
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
   * @param margin how far it is from leaving the decision that was expected
   * @param own how far from leaving its own
   */
  record Refusal(Decision decision, float margin, double own) {}

  static Confirmed asTheProxySays(Judged judged) {
    return new Confirmed(judged, Map.of());
  }

  /**
   * @param candidates rows that the judge was asked about
   * @param byJudge its answers, in their order
   * @param most margin that counts: of a judge that does not say how sure the model is
   */
  static Confirmed of(Judged judged, List<Integer> candidates, Predictions byJudge, float most) {
    Map<Integer, Refusal> refusals = new HashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      int row = candidates.get(i);
      Decision expected = judged.expected(row);
      Decision found = byJudge.decisions().get(i);
      if (!byJudge.task().differ(expected, found)) {
        double own =
            byJudge
                .task()
                .deviationMargin(byJudge.scores()[i], judged.byOriginal().decisions().get(row));
        float margin = Math.min(most, byJudge.margin(i, expected));
        refusals.put(row, new Refusal(found, margin, Math.min(most, own)));
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

  /** What the compressed model is taken to decide. */
  Decision compressedDecision(int row) {
    return isRefused(row)
        ? refusals.get(row).decision()
        : judged.byCompressed().decisions().get(row);
  }

  /** How far it is from leaving the decision that was expected. */
  float compressedMargin(int row) {
    return isRefused(row) ? refusals.get(row).margin() : proxyMargin(row);
  }

  /** Of the original's own decision and of that which the compressed model is taken to make. */
  Margins margins(int row) {
    Margins margins = judged.margins(row);
    return isRefused(row) ? margins.withCompressed(refusals.get(row).own()) : margins;
  }

  private float proxyMargin(int row) {
    return judged.byCompressed().margin(row, judged.expected(row));
  }

  /** The most by which the confirming judge was seen above the proxy, once a step is made. */
  float apartAfter(Walker walker, int row) {
    return isRefused(row) ? Math.max(walker.apart(), apart(row)) : walker.apart();
  }

  /** By how much the confirming judge's margin of a picture it refused lies above the proxy's. */
  private float apart(int row) {
    return (float) ((double) refusals.get(row).margin() - proxyMargin(row));
  }
}
