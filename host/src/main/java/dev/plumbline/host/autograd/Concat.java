package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Inputs one after the other along an axis. */
final class Concat implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", 0));
    return inputs -> {
      if (inputs.allIntegers()) {
        LongStream all = LongStream.empty();
        for (int i = 0; i < inputs.count(); i++) {
          all = LongStream.concat(all, Arrays.stream(inputs.integers(i).values()));
        }
        long[] values = all.toArray();
        return Kernel.integers(new long[] {values.length}, values);
      }
      if (inputs.count() == 1) {
        return new Value[] {new Value.Array(Kernel.view(inputs.array(0)))};
      }
      NDList list = new NDList();
      for (int i = 0; i < inputs.count(); i++) {
        list.add(inputs.array(i));
      }
      int axes = list.get(0).getShape().dimension();
      return new Value[] {new Value.Array(NDArrays.concat(list, axis < 0 ? axis + axes : axis))};
    };
  }
}
