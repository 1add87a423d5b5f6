package dev.plumbline.host.campaign;

import java.util.Map;

/**
 * Accuracy under FGSM, 0 to 1, by strength in 1/255.
 *
 * @param original of the original
 * @param compressed of the compressed model
 * @param repaired of the repaired model
 */
record AttackFigures(
    Map<Integer, Double> original,
    Map<Integer, Double> compressed,
    Map<Integer, Double> repaired) {}
