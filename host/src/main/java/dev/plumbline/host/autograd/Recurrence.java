package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A layer that goes through a sequence with a state: what is the same for RNN, GRU and LSTM. The
 * cell says what one step does.
 */
final class Recurrence implements Operator {
  /** One step of one direction. */
  interface Cell {
    /**
     * @param fromInput N x (gates x hidden): what the input gives, with its bias
     * @param state before the step, each N x hidden; the first is the output
     * @return the state after it
     */
    NDArray[] step(NDArray fromInput, NDArray[] state);
  }

  /**
   * What a cell computes with.
   *
   * @param weights of the state, (gates x hidden) x hidden
   * @param bias of the state, gates x hidden; null where there is none
   * @param peepholes of an LSTM, 3 x hidden; null where there are none
   * @param functions in the order of the node's activations
   * @param clip limits what goes into the functions
   */
  record Parts(
      NDArray weights,
      NDArray bias,
      NDArray peepholes,
      List<UnaryOperator<NDArray>> functions,
      UnaryOperator<NDArray> clip) {

    /** What the state gives, N x (gates x hidden), with its bias. */
    NDArray fromState(NDArray state) {
      return state.getNDArrayInternal().linear(state, weights, bias).singletonOrThrow();
    }

    NDArray activated(int function, NDArray value) {
      return functions.get(function).apply(clip.apply(value));
    }
  }

  /** Makes the cell of a node. */
  interface Form {
    Cell cell(NodeContext context, Parts parts);
  }

  private static final int LENGTHS = 4;
  private static final int FIRST_STATE = 5;
  private static final int PEEPHOLES = 7;

  private final Form form;
  private final int gates;
  private final int states;
  private final String[] activations;

  /**
   * @param gates how many matrices the weights hold, one below the other
   * @param states 1, or 2 with the cell's
   * @param activations of one direction, unless the node names others
   */
  Recurrence(Form form, int gates, int states, String... activations) {
    this.form = form;
    this.gates = gates;
    this.states = states;
    this.activations = activations;
  }

  @Override
  public Kernel compile(NodeContext context) {
    List<Boolean> reversed =
        switch (context.node().stringAttribute("direction", "forward")) {
          case "forward" -> List.of(false);
          case "reverse" -> List.of(true);
          case "bidirectional" -> List.of(false, true);
          default ->
              throw context.unsupported(
                  "its direction is " + context.node().stringAttribute("direction", ""));
        };
    List<List<UnaryOperator<NDArray>>> functions =
        RecurrentActivation.of(context, reversed.size(), activations);
    UnaryOperator<NDArray> clip = clip(context.node().floatAttribute("clip", 0));
    boolean batchFirst = context.node().intAttribute("layout", 0) != 0;
    return inputs -> {
      NDArray x = batchFirst ? inputs.array(0).swapAxes(0, 1) : inputs.array(0);
      NDList sequences = new NDList();
      NDList[] last = new NDList[states];
      for (int s = 0; s < states; s++) {
        last[s] = new NDList();
      }
      for (int d = 0; d < reversed.size(); d++) {
        Parts parts = parts(inputs, d, functions.get(d), clip);
        NDArray[] state = initial(inputs, x, d, batchFirst);
        sequences.add(run(inputs, x, d, reversed.get(d), form.cell(context, parts), state));
        for (int s = 0; s < states; s++) {
          last[s].add(state[s]);
        }
      }
      Value[] out = new Value[1 + states];
      out[0] = new Value.Array(NDArrays.stack(sequences, batchFirst ? 2 : 1));
      for (int s = 0; s < states; s++) {
        out[1 + s] = new Value.Array(NDArrays.stack(last[s], batchFirst ? 1 : 0));
      }
      return batchFirst ? batchFirst(out) : out;
    };
  }

  /** The sequence as batch x time x direction x hidden; the states are so already. */
  private static Value[] batchFirst(Value[] out) {
    out[0] = new Value.Array(((Value.Array) out[0]).array().swapAxes(0, 1));
    return out;
  }

  private static UnaryOperator<NDArray> clip(float threshold) {
    return threshold > 0 ? a -> a.clip(-threshold, threshold) : UnaryOperator.identity();
  }

  private Parts parts(
      Inputs inputs,
      int direction,
      List<UnaryOperator<NDArray>> functions,
      UnaryOperator<NDArray> clip) {
    NDArray weights = inputs.array(2).get(direction);
    long hidden = weights.getShape().get(1);
    if (weights.getShape().get(0) != gates * hidden) {
      throw new IllegalArgumentException(
          "its weights of the state are "
              + weights.getShape()
              + ", expected "
              + new Shape(gates * hidden, hidden));
    }
    return new Parts(
        weights,
        inputs.has(3)
            ? inputs.array(3).get(new NDIndex("{}, {}:", direction, gates * hidden))
            : null,
        inputs.has(PEEPHOLES) ? inputs.array(PEEPHOLES).get(direction) : null,
        functions,
        clip);
  }

  private NDArray[] initial(Inputs inputs, NDArray x, int direction, boolean batchFirst) {
    long batch = x.getShape().get(1);
    long hidden = inputs.array(2).getShape().get(2);
    NDArray[] state = new NDArray[states];
    for (int s = 0; s < states; s++) {
      state[s] =
          inputs.has(FIRST_STATE + s)
              ? inputs
                  .array(FIRST_STATE + s)
                  .get(batchFirst ? new NDIndex(":, {}", direction) : new NDIndex(direction))
              : inputs.place(inputs.manager().zeros(new Shape(batch, hidden), x.getDataType()));
    }
    return state;
  }

  /**
   * Goes through the sequence.
   *
   * @param state before; after, when this returns
   * @return time x batch x hidden
   */
  private NDArray run(
      Inputs inputs, NDArray x, int direction, boolean reverse, Cell cell, NDArray[] state) {
    NDArray weights = inputs.array(1).get(direction);
    NDArray bias =
        inputs.has(3)
            ? inputs.array(3).get(new NDIndex("{}, :{}", direction, weights.getShape().get(0)))
            : null;
    NDArray fromInput = x.getNDArrayInternal().linear(x, weights, bias).singletonOrThrow();
    int times = Math.toIntExact(x.getShape().get(0));
    NDArray lengths = lengths(inputs, times);
    List<NDArray> outputs = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      int t = reverse ? times - 1 - i : i;
      NDArray[] next = cell.step(fromInput.get(t), state);
      NDArray output = next[0];
      if (lengths != null) {
        NDArray within = lengths.gt(t);
        output = output.mul(within.toType(output.getDataType(), false));
        for (int s = 0; s < states; s++) {
          next[s] = Where.select(within, next[s], state[s]);
        }
      }
      outputs.add(reverse ? 0 : i, output);
      System.arraycopy(next, 0, state, 0, states);
    }
    return NDArrays.stack(new NDList(outputs), 0);
  }

  /** How long each sequence is, N x 1; null where all are as long as the input. */
  private static NDArray lengths(Inputs inputs, int times) {
    if (!inputs.has(LENGTHS)) {
      return null;
    }
    long[] lengths = inputs.wholeNumbers(LENGTHS);
    boolean shorter = false;
    for (long length : lengths) {
      if (length < 0 || length > times) {
        throw new IllegalArgumentException(
            "a sequence has the length " + length + ", expected 0 to " + times);
      }
      shorter |= length < times;
    }
    return shorter
        ? inputs
            .place(inputs.manager().create(lengths, new Shape(lengths.length, 1)))
            .toType(DataType.INT64, false)
        : null;
  }
}
