/** Training of a model's parameters: from scratch, after quantizing or pruning, and for repair. */
package dev.plumbline.host.train;
