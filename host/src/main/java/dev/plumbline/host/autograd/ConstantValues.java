package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes values of a model's constants, and parameters of those that are trained. */
final class ConstantValues {
  private final OnnxModel model;
  private final Graph graph;
  private final NDManager manager;
  private final Device device;
  private final DataType precision;
  private final Map<String, ParameterKind> trained;
  private final Map<String, Tensor> masters;
  private final List<Parameter> parameters = new ArrayList<>();

  /**
   * @param manager owns the arrays
   * @param trained what each trained constant is, by initializer
   * @param masters where training of some of them begins, by initializer
   */
  ConstantValues(
      OnnxModel model,
      NDManager manager,
      Device device,
      DataType precision,
      Map<String, ParameterKind> trained,
      Map<String, Tensor> masters) {
    this.model = model;
    this.graph = model.graph();
    this.manager = manager;
    this.device = device;
    this.precision = precision;
    this.trained = trained;
    this.masters = masters;
  }

  /** Those that were made, in their order. */
  List<Parameter> parameters() {
    return parameters;
  }

  /**
   * A constant's value.
   *
   * @param name under which it is trained, if it is
   */
  Value of(String name, Tensor tensor) {
    ParameterKind kind = trained.get(name);
    if (kind != null) {
      return new Value.Array(parameter(name, tensor, kind));
    }
    return switch (tensor.type()) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT4, UINT4, INT8, UINT8, INT16, UINT16 ->
          new Value.Array(array(tensor));
      case INT32, UINT32, INT64, UINT64, BOOL -> new Value.Integers(tensor.dims(), tensor.longs());
    };
  }

  /** Numbers on the device, in the precision of the program. */
  NDArray array(Tensor tensor) {
    if (tensor.type() == ElementType.FLOAT && tensor.size() > 0) {
      // Straight from the file's bytes: big models would leave their size in garbage.
      ByteBuffer bytes = tensor.buffer();
      ByteBuffer direct = manager.allocateDirect(bytes.remaining());
      direct.put(bytes).flip();
      NDArray array = place(manager.create(direct, new Shape(tensor.dims()), DataType.FLOAT32));
      return precision == DataType.FLOAT32 ? array : array.toType(precision, false);
    }
    NDArray array = place(manager.create(tensor.floats(), new Shape(tensor.dims())));
    return precision == DataType.FLOAT32 ? array : array.toType(precision, false);
  }

  private NDArray parameter(String name, Tensor tensor, ParameterKind kind) {
    Optional<QuantizedTensors> quantization =
        kind.dequantize().map(node -> QuantizedTensors.of(graph, node));
    quantization.ifPresent(q -> requireSteps(name, q));
    Tensor start =
        Optional.ofNullable(masters.get(name))
            .orElseGet(() -> quantization.map(q -> q.dequantize(tensor)).orElse(tensor));
    if (!Arrays.equals(start.dims(), tensor.dims())) {
      throw new IllegalArgumentException(start + " for parameter " + name + ", " + tensor);
    }
    NDArray master = array(start);
    master.setRequiresGradient(true);
    Parameter.Folding folding =
        kind.dequantize()
            .<Parameter.Folding>map(
                node ->
                    (values, scaled) ->
                        StoredIntegers.of(scaled, node)
                            .orElseThrow()
                            .clamp(QuantizedTensors.of(scaled, node).quantize(values)))
            .orElse((values, scaled) -> values);
    parameters.add(
        new Parameter(
            name,
            master,
            folding,
            kind.decays(),
            // A bias is quantized so finely that its step says nothing.
            quantization
                .filter(q -> q.type() != ElementType.INT32)
                .map(q -> unit(q, tensor.dims()))));
    return master;
  }

  /** What is trained is rounded in steps, which a scale of 0 has none of. */
  private void requireSteps(String name, QuantizedTensors quantization) {
    for (int i = 0; i < quantization.scale().length; i++) {
      if (quantization.scale()[i] == 0) {
        throw new BadInputException(
            "model "
                + model.name()
                + " can be run but not trained: the scale of "
                + name
                + " is 0 at "
                + i
                + ", expected scales above 0");
      }
    }
  }

  /** The scale of each element, or the one of all. */
  private NDArray unit(QuantizedTensors quantization, long[] dims) {
    float[] scales = quantization.scale();
    if (scales.length == 1) {
      return manager.create(scales[0]);
    }
    float[] each = new float[Math.toIntExact(new Shape(dims).size())];
    for (int i = 0; i < each.length; i++) {
      each[i] = scales[quantization.granularity().parameter(i, dims)];
    }
    return place(manager.create(each, new Shape(dims)));
  }

  private NDArray place(NDArray made) {
    return DeviceArrays.on(device, made);
  }
}
