package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;

/** What scattering does where an element is: replaces it, or reckons with it. */
enum ScatterReduction {
  NONE((old, update) -> update, (old, update) -> update),
  ADD(Math::addExact, NDArray::add),
  MUL(Math::multiplyExact, NDArray::mul),
  MAX(Math::max, NDArray::maximum),
  MIN(Math::min, NDArray::minimum);

  private final LongBinaryOperator ofIntegers;
  private final BinaryOperator<NDArray> ofArrays;

  ScatterReduction(LongBinaryOperator ofIntegers, BinaryOperator<NDArray> ofArrays) {
    this.ofIntegers = ofIntegers;
    this.ofArrays = ofArrays;
  }

  static ScatterReduction of(NodeContext context) {
    String name = context.node().stringAttribute("reduction", "none");
    for (ScatterReduction reduction : values()) {
      if (reduction.name().equalsIgnoreCase(name)) {
        return reduction;
      }
    }
    throw context.unsupported("its reduction is " + name + ", expected none, add, mul, max or min");
  }

  /** Scatters rows of whole numbers. */
  long[] scatter(long[] data, long[] rows, long[] updates, int width) {
    long[] result = data.clone();
    for (int i = 0; i < updates.length; i++) {
      int at = (int) rows[i / width] * width + i % width;
      result[at] = ofIntegers.applyAsLong(result[at], updates[i]);
    }
    return result;
  }

  /**
   * Scatters rows of a matrix.
   *
   * @param rows one per row of {@code updates}; a row that is named again is taken in a later
   *     round, since the device reckons with a row only once at a time
   */
  NDArray scatter(NDArray data, long[] rows, NDArray updates) {
    NDArray result = Kernel.view(data);
    for (List<Integer> round : rounds(rows)) {
      long[] from = round.stream().mapToLong(Integer::longValue).toArray();
      long[] to = round.stream().mapToLong(i -> rows[i]).toArray();
      NDArray part =
          from.length == rows.length
              ? updates
              : Movement.select(
                  updates, 0, DeviceArrays.beside(data, data.getManager().create(from)));
      NDArray index =
          DeviceArrays.beside(data, data.getManager().create(to))
              .reshape(to.length, 1)
              .broadcast(to.length, data.getShape().get(1));
      NDArray value = this == NONE ? part : ofArrays.apply(result.gather(index, 0), part);
      result = result.scatter(index, value, 0);
    }
    return result;
  }

  private static List<List<Integer>> rounds(long[] rows) {
    List<List<Integer>> rounds = new ArrayList<>();
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = 0; i < rows.length; i++) {
      int round = seen.merge(rows[i], 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(i);
    }
    return rounds;
  }
}
