package dev.plumbline.host.train;

import dev.plumbline.host.dataset.Dataset;

/**
 * Pictures to train on, with their labels.
 *
 * @param data the pictures
 * @param augmentation what each is changed by, anew in every epoch
 */
public record TrainingPart(Dataset data, Augmentation augmentation) {}
