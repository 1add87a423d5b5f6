/** Which layers of a compressed model its deviations come from, and what sparing them costs. */
package dev.plumbline.host.layers;
