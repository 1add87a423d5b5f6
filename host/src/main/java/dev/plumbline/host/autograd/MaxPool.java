package dev.plumbline.host.autograd;

/**
 * Maximum over a window of one to three spatial axes. Its second output, where the maxima lie, is
 * not made; a node that takes it is refused when it runs.
 */
final class MaxPool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return Kernel.elementwise(Pooling.of(context)::max);
  }
}
