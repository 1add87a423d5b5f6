package dev.plumbline.host.autograd;

/** An array repeated along its axes. */
final class Tile implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] repeats = inputs.wholeNumbers(1);
      return Movement.of(inputs, a -> repeats.length == 0 ? Kernel.view(a) : a.tile(repeats));
    };
  }
}
