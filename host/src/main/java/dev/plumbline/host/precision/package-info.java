/**
 * Which layers of a quantized model are worth a higher precision: graphs between all integers and
 * all float, what each costs on the host, and what a new search finds of it.
 */
package dev.plumbline.host.precision;
