package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** The plain recurrent layer: one function of input and state. */
final class Rnn {
  static final Recurrence OPERATOR = new Recurrence((context, parts) -> cell(parts), 1, 1, "Tanh");

  private Rnn() {}

  private static Recurrence.Cell cell(Recurrence.Parts parts) {
    return (fromInput, state) ->
        new NDArray[] {parts.activated(0, fromInput.add(parts.fromState(state[0])))};
  }
}
