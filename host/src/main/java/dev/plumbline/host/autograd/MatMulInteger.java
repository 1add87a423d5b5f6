package dev.plumbline.host.autograd;

/** Matrix product of 8-bit integers to 32-bit integers. */
final class MatMulInteger implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    IntegerProduct product = IntegerProduct.of(context, 0, 2, 1, 3);
    return Kernel.ofArray(product::sum);
  }
}
