package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The layer of long short-term memory, with peepholes and coupled gates where a node has them. */
final class Lstm {
  static final Recurrence OPERATOR = new Recurrence(Lstm::cell, 4, 2, "Sigmoid", "Tanh", "Tanh");

  private Lstm() {}

  private static Recurrence.Cell cell(NodeContext context, Recurrence.Parts parts) {
    boolean coupled = context.node().intAttribute("input_forget", 0) != 0;
    NDList peepholes = parts.peepholes() == null ? null : parts.peepholes().split(3, 0);
    return (fromInput, state) -> {
      NDArray memory = state[1];
      NDList gates = fromInput.add(parts.fromState(state[0])).split(4, 1);
      NDArray input = parts.activated(0, seeing(gates.get(0), memory, peepholes, 0));
      NDArray forget =
          coupled
              ? input.neg().add(1)
              : parts.activated(0, seeing(gates.get(2), memory, peepholes, 2));
      NDArray kept = forget.mul(memory).add(input.mul(parts.activated(1, gates.get(3))));
      NDArray output = parts.activated(0, seeing(gates.get(1), kept, peepholes, 1));
      return new NDArray[] {output.mul(parts.functions().get(2).apply(kept)), kept};
    };
  }

  /** A gate that sees the memory too. */
  private static NDArray seeing(NDArray gate, NDArray memory, NDList peepholes, int which) {
    return peepholes == null ? gate : gate.add(memory.mul(peepholes.get(which)));
  }
}
