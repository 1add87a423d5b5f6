package dev.plumbline.host.judging;

/** Receives the logits of pictures as they come, in the order of the pictures. */
@FunctionalInterface
public interface LogitsSink {
  /**
   * @param first index of the first of these pictures in the list that was given
   * @param logits by picture, then class
   */
  void accept(int first, float[][] logits);
}
