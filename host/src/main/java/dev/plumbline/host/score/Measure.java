package dev.plumbline.host.score;

/**
 * One figure of a model on labelled data.
 *
 * @param key in answers as JSON, such as {@code mean_iou}
 * @param text as people call it, such as {@code mean IoU}
 * @param value of it; what is a share is 0 to 1
 */
public record Measure(String key, String text, double value) {}
