/**
 * The graph: ONNX models are read, checked, folded, rewritten and written here. Nothing in this
 * package knows of gradients.
 */
package dev.plumbline.host.onnx;
