package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The layer of gated recurrent units: an update gate, a reset gate and a candidate. */
final class Gru {
  static final Recurrence OPERATOR = new Recurrence(Gru::cell, 3, 1, "Sigmoid", "Tanh");

  private Gru() {}

  private static Recurrence.Cell cell(NodeContext context, Recurrence.Parts parts) {
    boolean resetAfter = context.node().intAttribute("linear_before_reset", 0) != 0;
    return (fromInput, state) -> {
      NDArray h = state[0];
      NDList x = fromInput.split(3, 1);
      NDList s = parts.fromState(h).split(3, 1);
      NDArray update = parts.activated(0, x.get(0).add(s.get(0)));
      NDArray reset = parts.activated(0, x.get(1).add(s.get(1)));
      NDArray remembered =
          resetAfter ? reset.mul(s.get(2)) : parts.fromState(reset.mul(h)).split(3, 1).get(2);
      NDArray candidate = parts.activated(1, x.get(2).add(remembered));
      return new NDArray[] {candidate.add(update.mul(h.sub(candidate)))};
    };
  }
}
