package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.task.AttackReference;
import java.util.Map;

/**
 * Share of pictures on which a model still decides, under FGSM, what the attack leads away from, 0
 * to 1, by strength in 1/255.
 *
 * @param from what the attack leads away from
 * @param original of the original
 * @param compressed of the compressed model
 * @param repaired of the repaired model
 */
record AttackFigures(
    @JsonProperty("away_from") AttackReference from,
    Map<Integer, Double> original,
    Map<Integer, Double> compressed,
    Map<Integer, Double> repaired) {}
