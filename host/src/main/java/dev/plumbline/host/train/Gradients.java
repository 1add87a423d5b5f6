package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import dev.plumbline.host.autograd.Parameter;
import java.util.List;

/** The gradients that parameters have gathered. */
record Gradients(List<Parameter> parameters) {
  /** Sets the gradients to 0, also those that are no number. */
  void clear() {
    for (Parameter parameter : parameters) {
      // The scope closes what the setting makes on the way.
      try (NDScope scope = new NDScope();
          NDArray gradient = parameter.master().getGradient()) {
        scope.suppressNotUsedWarning();
        // Not by arithmetic: 0 x NaN is NaN.
        gradient.set(new NDIndex("..."), 0f);
      }
    }
  }
}
