package dev.plumbline.host.train;

import dev.plumbline.host.dataset.Dataset;

/**
 * Data that training draws from.
 *
 * @param data pictures with their labels
 * @param augmentation what happens to each picture when it is drawn
 */
public record TrainingPart(Dataset data, Augmentation augmentation) {}
