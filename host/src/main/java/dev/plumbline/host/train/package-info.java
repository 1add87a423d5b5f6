/**
 * Training of classifiers: architectures to start from, and {@link
 * dev.plumbline.host.train.Trainer}, which moves the parameters of a differentiable graph.
 */
package dev.plumbline.host.train;
