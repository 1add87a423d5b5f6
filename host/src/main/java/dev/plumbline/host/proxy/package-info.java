/**
 * The differentiable stand-in of a model: what it says of pictures, as a judge and for a batch of
 * arrays.
 */
package dev.plumbline.host.proxy;
