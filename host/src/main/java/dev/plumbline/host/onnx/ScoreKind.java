package dev.plumbline.host.onnx;

/** What the numbers are that a classifier gives for its classes. */
public enum ScoreKind {
  /** Any numbers; the largest is the label. Logarithms of probabilities are logits too. */
  LOGITS("logits"),
  /** A softmax has made them: 0 to 1, with a sum of 1. They are read by their logarithms. */
  PROBABILITIES("probabilities"),
  /** One number for each picture: the logit of the second of two classes against the first. */
  ONE_LOGIT("the logit of the second of two classes"),
  /** One number for each picture: the probability of the second of two classes. */
  ONE_PROBABILITY("the probability of the second of two classes"),
  /** A sigmoid has made them: each class is a question of its own. */
  INDEPENDENT("independent scores of a sigmoid");

  /**
   * Smaller probabilities, 0 among them, are read as this one: the logarithm of 0 is infinite. A
   * class that is masked out, with -Infinity before the softmax, has the probability 0.
   */
  public static final float LEAST_PROBABILITY = Float.MIN_NORMAL;

  /**
   * How far below 1 the probability of a sigmoid is read at least, in rows: float32 rounds to 1
   * what is nearer. Log odds then end at 17.3, where a logit of 16.6 or more is rounded.
   */
  public static final float LEAST_BELOW_ONE = 0x1p-25f;

  private final String text;

  ScoreKind(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
