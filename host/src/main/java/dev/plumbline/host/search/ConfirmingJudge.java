package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Picture;
import java.util.List;

/**
 * The compressed model as it is deployed, which has the last word in a search: a picture that the
 * proxy calls effective is effective when this judge sees the deviation too.
 */
@FunctionalInterface
public interface ConfirmingJudge {
  /**
   * Runs the compressed model.
   *
   * @param pictures of one shape, at least one
   * @return logits, a row per picture
   */
  float[][] logits(List<Picture> pictures);
}
