package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an operator knows of its node before anything runs.
 *
 * @param node the node
 * @param opset version of the node's domain that the model imports
 * @param manager owns arrays that live as long as the graph
 * @param device where the graph computes
 * @param precision of arrays
 * @param constants the model's constants by name
 * @param types element types by name, as far as they are known
 */
record NodeContext(
    Node node,
    int opset,
    NDManager manager,
    Device device,
    DataType precision,
    Function<String, Optional<Tensor>> constants,
    Function<String, Optional<ElementType>> types) {

  /** A constant input. */
  Optional<Tensor> constant(int position) {
    return node.input(position).flatMap(constants);
  }

  /** A constant input that this operator cannot do without knowing. */
  Tensor requireConstant(int position, String what) {
    return constant(position)
        .orElseThrow(() -> unsupported("its " + what + " is computed, expected a constant"));
  }

  /** The element type of an input in the model, if it is known. */
  Optional<ElementType> type(int position) {
    return node.input(position).flatMap(types);
  }

  /** Whether an input is known to hold whole numbers, which an array keeps as floating-point. */
  boolean isWhole(int position) {
    return type(position).filter(type -> !type.isFloatingPoint()).isPresent();
  }

  /**
   * The node as another operator of ONNX's own domain with the same attributes, so that what is
   * computed in integers can use the kernel of the floats.
   *
   * @param version of the other operator
   * @param inputs of the other operator
   */
  NodeContext as(String operator, int version, List<String> inputs) {
    return new NodeContext(
        node.as(operator, inputs), version, manager, device, precision, constants, types);
  }

  /** An array that lives as long as the graph. */
  NDArray array(float[] values, long... dims) {
    NDArray array = place(manager.create(values, new Shape(dims)));
    return keep(precision == DataType.FLOAT32 ? array : array.toType(precision, false));
  }

  /** An array where the graph computes. */
  NDArray place(NDArray made) {
    return DeviceArrays.on(device, made);
  }

  /** Lets an array outlive the scope of the run that it is made in. */
  NDArray keep(NDArray array) {
    NDScope.unregister(array);
    array.attach(manager);
    return array;
  }

  /** The refusal of a node, in one sentence. */
  UnsupportedNodeException unsupported(String why) {
    String domain = node.domain().isEmpty() ? "ai.onnx" : node.domain();
    return new UnsupportedNodeException(
        "operator "
            + node.operator()
            + " of domain "
            + domain
            + ", opset "
            + opset
            + ", at node "
            + node.name()
            + " cannot be differentiated: "
            + why);
  }
}
