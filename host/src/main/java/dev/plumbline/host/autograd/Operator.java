package dev.plumbline.host.autograd;

/** How one operator of ONNX is computed, from a version of its domain on. */
@FunctionalInterface
interface Operator {
  /**
   * Reads a node's attributes and constant inputs.
   *
   * @throws dev.plumbline.host.onnx.UnsupportedNodeException if this form of the operator is not
   *     computed here; the message says which
   */
  Kernel compile(NodeContext context);
}
