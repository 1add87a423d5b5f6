package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.plumbline.host.autograd.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Stochastic gradient descent with momentum as PyTorch does it: v = m v + (g + d p), p = p - r v.
 */
final class Sgd implements AutoCloseable {
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();
  private final float momentum;
  private final float weightDecay;

  /** A parameter with its velocity and, where some of it stays zero, its mask. */
  private record Slot(Parameter parameter, NDArray velocity, NDArray mask) {}

  Sgd(List<Parameter> parameters, WeightMasks masks, TrainingSettings settings) {
    this.momentum = (float) settings.momentum();
    this.weightDecay = (float) settings.weightDecay();
    this.manager = parameters.get(0).master().getManager().newSubManager();
    for (Parameter parameter : parameters) {
      NDArray master = parameter.master();
      NDArray velocity = manager.zeros(master.getShape(), master.getDataType());
      float[] mask = masks.masks().get(parameter.name());
      slots.add(
          new Slot(
              parameter, velocity, mask == null ? null : manager.create(mask, master.getShape())));
    }
  }

  /** Moves every parameter along its gradient, and clears the gradient. */
  void step(float rate) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      for (Slot slot : slots) {
        NDArray master = slot.parameter().master();
        NDArray gradient = master.getGradient();
        slot.velocity().muli(momentum).addi(gradient);
        if (slot.parameter().decays() && weightDecay > 0) {
          slot.velocity().addi(master.mul(weightDecay));
        }
        master.subi(slot.velocity().mul(rate));
        if (slot.mask() != null) {
          master.muli(slot.mask());
        }
        // A gradient that is not a number has been noticed by the loss before it gets here.
        gradient.muli(0);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
