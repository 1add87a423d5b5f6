package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.memory.RefusedMemory;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A compiled graph: kernels in order over numbered slots. */
final class GraphProgram {
  /**
   * One kernel.
   *
   * @param node as messages call it
   * @param inputs slots; -1 for an input that is left out
   * @param outputs slots; -1 for an output that nobody wants
   * @param last slots that no later step reads
   */
  record Step(String node, Kernel kernel, int[] inputs, int[] outputs, int[] last) {

    /**
     * Runs the kernel.
     *
     * @throws UnsupportedNodeException naming the node, if the kernel cannot compute this
     */
    Value[] run(Inputs in) {
      try {
        return kernel.run(in);
      } catch (RuntimeException e) {
        throw notComputed(node, e);
      }
    }
  }

  private final Device device;
  private final DataType precision;
  private final boolean openBatch;
  private final Value[] constants;
  private final Map<String, Integer> slots;
  private final List<Step> steps;
  private final int inputSlot;
  private final int outputSlot;

  /**
   * @param openBatch whether the batch is a number of pictures that know nothing of each other
   * @param constants values of the slots that are the same in every run; null elsewhere
   * @param slots by name of the value
   * @param steps in the order of the run; what they read last is found here
   */
  GraphProgram(
      Device device,
      DataType precision,
      boolean openBatch,
      Value[] constants,
      Map<String, Integer> slots,
      List<Step> steps,
      String input,
      String output) {
    this.device = device;
    this.precision = precision;
    this.openBatch = openBatch;
    this.constants = constants;
    this.slots = slots;
    this.steps = withLastUses(steps);
    this.inputSlot = slots.get(input);
    this.outputSlot = slots.get(output);
  }

  /** Steps that know which slots no later one reads. */
  private static List<Step> withLastUses(List<Step> steps) {
    Map<Integer, Integer> lastReader = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (int slot : steps.get(i).inputs()) {
        lastReader.put(slot, i);
      }
    }
    List<Step> result = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      int at = i;
      int[] last =
          Arrays.stream(step.inputs())
              .filter(slot -> slot >= 0 && lastReader.get(slot) == at)
              .distinct()
              .toArray();
      result.add(new Step(step.node(), step.kernel(), step.inputs(), step.outputs(), last));
    }
    return result;
  }

  GraphRun run(NDArray input, Set<String> captured, Inputs.Mode mode) {
    Set<Integer> kept = new HashSet<>(List.of(inputSlot, outputSlot));
    captured.forEach(name -> kept.add(slot(name)));
    Value[] values = execute(input, kept, mode, new RunMeter());
    Map<String, NDArray> found = new HashMap<>();
    for (String name : captured) {
      if (values[slot(name)] instanceof Value.Array array) {
        // A constant stays with the graph; the caller gets a copy to close.
        found.put(name, constants[slot(name)] == null ? array.array() : array.array().duplicate());
      }
    }
    if (!(values[outputSlot] instanceof Value.Array logits)) {
      throw new UnsupportedNodeException(
          "the graph's output is a list of whole numbers, expected an array: the logits");
    }
    return new GraphRun(
        constants[outputSlot] == null ? logits.array() : logits.array().duplicate(), found);
  }

  /**
   * What some values are for an input: arrays or whole numbers, as they stand in the program.
   *
   * @param names of values in the graph
   */
  List<Value> values(NDArray input, List<String> names) {
    Set<Integer> kept = new HashSet<>(Set.of(inputSlot));
    names.forEach(name -> kept.add(slot(name)));
    Value[] values = execute(input, kept, Inputs.Mode.INFERENCE, new RunMeter());
    return names.stream().map(name -> values[slot(name)]).toList();
  }

  /** What the arrays of a run take; the run itself is forgotten. */
  RunMeter measure(NDArray input) {
    RunMeter meter = new RunMeter();
    execute(input, Set.of(inputSlot), Inputs.Mode.INFERENCE, meter);
    return meter;
  }

  /** Names of the values that a run computes as they stand in the model. */
  Set<String> computed() {
    Set<Integer> made = new HashSet<>();
    steps.forEach(step -> Arrays.stream(step.outputs()).forEach(made::add));
    Set<String> names = new HashSet<>();
    slots.forEach(
        (name, slot) -> {
          if (made.contains(slot)) {
            names.add(name);
          }
        });
    return names;
  }

  private int slot(String name) {
    Integer slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("the graph has no value named " + name);
    }
    return slot;
  }

  private Value[] execute(NDArray input, Set<Integer> kept, Inputs.Mode mode, RunMeter meter) {
    Value[] values = constants.clone();
    values[inputSlot] = new Value.Array(input);
    boolean done = false;
    try {
      for (Step step : steps) {
        runStep(step, values, input, mode);
        for (int slot : step.outputs()) {
          if (slot >= 0 && values[slot] instanceof Value.Array made) {
            meter.made(made.array());
          }
        }
        for (int slot : step.last()) {
          closeUnless(kept, values, slot, meter);
        }
      }
      done = true;
      return values;
    } finally {
      // Outputs that nobody reads, and all of a run that failed.
      Set<Integer> wanted = done ? kept : Set.of(inputSlot);
      for (int slot = 0; slot < values.length; slot++) {
        closeUnless(wanted, values, slot, meter);
      }
    }
  }

  private void closeUnless(Set<Integer> kept, Value[] values, int slot, RunMeter meter) {
    if (!kept.contains(slot)
        && constants[slot] == null
        && values[slot] instanceof Value.Array array) {
      meter.closed(array.array());
      array.array().close();
      values[slot] = null;
    }
  }

  /** What a node makes; what it made on the way is closed, as the next node can use the memory. */
  private static Value[] computed(Step step, Inputs in) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Value[] out = step.run(in);
      for (Value value : out) {
        if (value instanceof Value.Array array) {
          NDScope.unregister(array.array());
        }
      }
      return out;
    }
  }

  private void runStep(Step step, Value[] values, NDArray input, Inputs.Mode mode) {
    Value[] in = new Value[step.inputs().length];
    for (int i = 0; i < in.length; i++) {
      in[i] = step.inputs()[i] < 0 ? null : values[step.inputs()[i]];
      if (step.inputs()[i] >= 0 && in[i] == null) {
        throw new UnsupportedNodeException(
            "node "
                + step.node()
                + " cannot be computed: its input "
                + i
                + " is an output of its node that Plumbline does not make");
      }
    }
    long pictures = openBatch && input.getShape().dimension() > 0 ? input.getShape().get(0) : 1;
    Value[] out =
        computed(step, new Inputs(input.getManager(), device, precision, in, mode, pictures));
    for (int i = 0; i < Math.min(out.length, step.outputs().length); i++) {
      if (step.outputs()[i] >= 0) {
        values[step.outputs()[i]] = out[i];
      }
    }
  }

  /**
   * The refusal of a node whose computation failed: its inputs, attributes and their sizes do not
   * go together, which shows in as many ways as there are operators.
   *
   * @param node as messages call it
   */
  static RuntimeException notComputed(String node, RuntimeException e) {
    if (e instanceof UnsupportedNodeException
        || e instanceof BadInputException
        || RefusedMemory.isCauseOf(e)) {
      return e;
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new UnsupportedNodeException(
        "node " + node + " cannot be computed: " + message.strip().lines().findFirst().orElse(""),
        e);
  }
}
