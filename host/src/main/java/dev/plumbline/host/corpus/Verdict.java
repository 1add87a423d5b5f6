package dev.plumbline.host.corpus;

/**
 * What one judge says of one picture.
 *
 * @param deviates whether the compressed model's label differs from the original's
 * @param label what the compressed model predicts
 * @param confidence softmax of the compressed model's logits at {@code label}, 0 to 1
 */
public record Verdict(boolean deviates, int label, float confidence) {}
