package dev.plumbline.host.layers;

/**
 * What one layer in float does to deviations, all others as they are.
 *
 * @param layer its name
 * @param operator what it computes
 * @param restored deviations that get the original's label back
 * @param margin by how much the margin of the original's label over the next grows, mean over the
 *     deviations, in logits
 * @param bytes that the model's file grows by; below 0 if it shrinks
 */
public record LayerEffect(String layer, String operator, int restored, double margin, long bytes) {}
