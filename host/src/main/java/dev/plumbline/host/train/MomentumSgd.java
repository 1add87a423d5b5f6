package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.List;

/**
 * Stochastic gradient descent with momentum (Sutskever et al., 2013, as PyTorch computes it): v =
 * momentum v + (g + decay p), p = p - rate v.
 */
final class MomentumSgd implements Optimizer {
  /**
   * @param weights the parameter's values, cut off from the tape so that they may change in place
   * @param mask factors 0 or 1, or null for all 1
   */
  private record Slot(Parameter parameter, NDArray weights, NDArray velocity, NDArray mask) {}

  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();
  private final double momentum;
  private final double decay;
  private final Gradients gradients;

  MomentumSgd(List<Parameter> parameters, WeightMasks masks, double momentum, double decay) {
    this.momentum = momentum;
    this.decay = decay;
    this.gradients = new Gradients(parameters);
    this.manager = parameters.get(0).master().getManager().newSubManager();
    for (Parameter parameter : parameters) {
      Shape shape = parameter.master().getShape();
      NDArray weights = parameter.master().stopGradient();
      weights.attach(manager);
      NDArray mask =
          masks
              .factors(parameter.name())
              .map(f -> DeviceArrays.beside(weights, manager.create(f, shape)))
              .orElse(null);
      slots.add(new Slot(parameter, weights, weights.zerosLike(), mask));
    }
    gradients.clear();
  }

  @Override
  public void step(double rate) {
    for (Slot slot : slots) {
      NDArray velocity = slot.velocity();
      try (NDArray gradient = slot.parameter().master().getGradient()) {
        velocity.muli(momentum).addi(gradient);
      }
      if (decay != 0 && slot.parameter().decays()) {
        try (NDArray decayed = Scalars.times(slot.weights(), decay)) {
          velocity.addi(decayed);
        }
      }
      try (NDArray change = Scalars.times(velocity, rate)) {
        slot.weights().subi(change);
      }
      if (slot.mask() != null) {
        slot.weights().muli(slot.mask());
      }
    }
    gradients.clear();
  }

  @Override
  public void close() {
    gradients.clear();
    manager.close();
  }
}
