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
 * Adam (Kingma and Ba, 2015) with its usual decays, in units of the parameters: p = p - rate x unit
 * x m / (sqrt(v) + epsilon). A quantized weight answers only when it has gone to another step, and
 * steps differ by orders of magnitude between layers and channels, so that no one rate in the
 * weights' own numbers suits all of them.
 */
final class Adam implements Optimizer {
  private static final double FIRST_DECAY = 0.9;
  private static final double SECOND_DECAY = 0.999;

  /** Keeps a parameter without a gradient where it is. */
  private static final double EPSILON = 1e-12;

  /**
   * Unit of a parameter that says none, as a share of the root mean square of its values that are
   * not 0: weights of 8 bits spread over some four of those, in 127 steps.
   */
  private static final double USUAL_SHARE = 1.0 / 32;

  /** Unit of a parameter that is 0 everywhere. */
  private static final float LEAST_UNIT = 1e-4f;

  /**
   * @param weights the parameter's values, cut off from the tape so that they may change in place
   * @param mask factors 0 or 1, or null for all 1
   */
  private record Slot(
      Parameter parameter,
      NDArray weights,
      NDArray unit,
      NDArray mean,
      NDArray square,
      NDArray mask) {}

  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();
  private final Gradients gradients;
  private int steps;

  Adam(List<Parameter> parameters, WeightMasks masks) {
    this.manager = parameters.get(0).master().getManager().newSubManager();
    this.gradients = new Gradients(parameters);
    for (Parameter parameter : parameters) {
      Shape shape = parameter.master().getShape();
      NDArray weights = parameter.master().stopGradient();
      weights.attach(manager);
      NDArray unit = parameter.unit().orElseGet(() -> manager.create(usualUnit(weights)));
      NDArray mask =
          masks
              .factors(parameter.name())
              .map(f -> DeviceArrays.beside(weights, manager.create(f, shape)))
              .orElse(null);
      slots.add(new Slot(parameter, weights, unit, weights.zerosLike(), weights.zerosLike(), mask));
    }
    gradients.clear();
  }

  private static float usualUnit(NDArray weights) {
    double sum = 0;
    int count = 0;
    for (float value : weights.toFloatArray()) {
      sum += (double) value * value;
      count += value == 0 ? 0 : 1;
    }
    return count == 0
        ? LEAST_UNIT
        : (float) Math.max(LEAST_UNIT, USUAL_SHARE * Math.sqrt(sum / count));
  }

  @Override
  public void step(double rate) {
    steps++;
    double first = 1 - Math.pow(FIRST_DECAY, steps);
    double second = 1 - Math.pow(SECOND_DECAY, steps);
    for (Slot slot : slots) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray gradient = slot.parameter().master().getGradient();
        gradient.attach(scope);
        slot.mean().muli(FIRST_DECAY).addi(Scalars.times(gradient, 1 - FIRST_DECAY));
        slot.square().muli(SECOND_DECAY).addi(Scalars.times(gradient.square(), 1 - SECOND_DECAY));
        NDArray spread = Scalars.dividedBy(slot.square(), second);
        spread.attach(scope);
        NDArray direction = Scalars.dividedBy(slot.mean(), first);
        direction.attach(scope);
        slot.weights()
            .subi(Scalars.times(direction.div(spread.sqrt().add(EPSILON)).mul(slot.unit()), rate));
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
