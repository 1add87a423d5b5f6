/**
 * The guard band: the margin below which a compressed model's decision is deferred, how it is
 * calibrated, and the output of a model that says so.
 */
package dev.plumbline.host.guard;
