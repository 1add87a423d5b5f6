package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Numbers from a start in equal steps up to a limit. */
final class Range implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      if (inputs.allIntegers()) {
        long start = inputs.integers(0).values()[0];
        long step = inputs.integers(2).values()[0];
        long[] values = new long[count(start, inputs.integers(1).values()[0], step)];
        for (int i = 0; i < values.length; i++) {
          values[i] = start + i * step;
        }
        return new Value[] {Value.Integers.vector(values)};
      }
      double start = number(inputs, 0);
      double step = number(inputs, 2);
      double[] values = new double[count(start, number(inputs, 1), step)];
      for (int i = 0; i < values.length; i++) {
        values[i] = start + i * step;
      }
      return new Value[] {
        new Value.Array(
            inputs
                .place(inputs.manager().create(values, new Shape(values.length)))
                .toType(context.precision(), false))
      };
    };
  }

  private static int count(double start, double limit, double step) {
    return Value.Integers.count((long) Math.max(0, Math.ceil((limit - start) / step)));
  }

  private static double number(Inputs inputs, int position) {
    return inputs.array(position).toType(DataType.FLOAT64, false).toDoubleArray()[0];
  }
}
