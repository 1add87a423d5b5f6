package dev.plumbline.host.autograd;

/** Convolution of 8-bit integers to 32-bit integers. */
final class ConvInteger implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    IntegerConvolution convolution = IntegerConvolution.of(context, 2, 1, 3, -1);
    return Kernel.ofArray(convolution::sum);
  }
}
