/** Makes compressed models of originals: calibrates, quantizes, prunes. */
package dev.plumbline.host.compress;
