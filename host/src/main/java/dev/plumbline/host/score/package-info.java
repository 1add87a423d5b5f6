/**
 * How good a model is on labelled data, by the measure of its task's field: accuracy, mean average
 * precision, intersection over union, error rates.
 */
package dev.plumbline.host.score;
