package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** The inputs of one run of one node. */
final class Inputs {
  private final NDManager manager;
  private final Device device;
  private final DataType precision;
  private final Value[] values;
  private final Mode mode;
  private final long pictures;

  /** What a run is for. */
  enum Mode {
    /** The result alone. */
    INFERENCE,
    /** A gradient will be asked for. */
    GRADIENT,
    /** A gradient will be asked for, and normalisation follows the batch. */
    TRAINING
  }

  /**
   * @param manager owns what the node makes
   * @param device where the graph computes
   * @param precision of arrays
   * @param values by position; null for an optional input that is left out
   * @param mode what the run is for
   * @param pictures that the run has to keep apart; 1 where it need not
   */
  Inputs(
      NDManager manager,
      Device device,
      DataType precision,
      Value[] values,
      Mode mode,
      long pictures) {
    this.manager = manager;
    this.device = device;
    this.precision = precision;
    this.values = values;
    this.mode = mode;
    this.pictures = pictures;
  }

  /** The same run with other inputs, for a kernel that uses another. */
  Inputs with(NDArray... arrays) {
    Value[] others = new Value[arrays.length];
    for (int i = 0; i < others.length; i++) {
      others[i] = arrays[i] == null ? null : new Value.Array(arrays[i]);
    }
    return new Inputs(manager, device, precision, others, mode, pictures);
  }

  NDManager manager() {
    return manager;
  }

  /** An array where the graph computes, in memory of libtorch's. */
  NDArray place(NDArray made) {
    return DeviceArrays.owned(DeviceArrays.on(device, made));
  }

  /** Pictures, one after the other along the first axis, that have ranges of their own. */
  long pictures() {
    return pictures;
  }

  boolean differentiable() {
    return mode != Mode.INFERENCE;
  }

  boolean training() {
    return mode == Mode.TRAINING;
  }

  int count() {
    return values.length;
  }

  boolean has(int position) {
    return position < values.length && values[position] != null;
  }

  /** An input that the operator cannot do without. */
  Value value(int position) {
    if (!has(position)) {
      throw new IllegalArgumentException(
          "it has no input " + position + ", which the operator needs");
    }
    return values[position];
  }

  boolean allIntegers() {
    for (Value value : values) {
      if (value instanceof Value.Array) {
        return false;
      }
    }
    return true;
  }

  /** An input as array; whole numbers are converted. */
  NDArray array(int position) {
    Value value = value(position);
    if (value instanceof Value.Integers integers) {
      double[] doubles = new double[integers.values().length];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = integers.values()[i];
      }
      return place(manager.create(doubles, new Shape(integers.dims()))).toType(precision, false);
    }
    return ((Value.Array) value).array();
  }

  /** An input as array, or null, as DJL takes an optional one. */
  NDArray arrayOrNull(int position) {
    return has(position) ? array(position) : null;
  }

  /**
   * The whole numbers of an input. One that went through floating-point numbers, as a size times a
   * factor does, is an array: reading it waits for the device.
   */
  long[] wholeNumbers(int position) {
    if (values[position] instanceof Value.Integers integers) {
      return integers.values();
    }
    double[] doubles = array(position).toType(DataType.FLOAT64, false).toDoubleArray();
    return Arrays.stream(doubles).mapToLong(Math::round).toArray();
  }

  /** An input of shape arithmetic. */
  Value.Integers integers(int position) {
    if (value(position) instanceof Value.Integers integers) {
      return integers;
    }
    throw new ClassCastException(
        "input " + position + " is an array, expected whole numbers known from shapes");
  }
}
