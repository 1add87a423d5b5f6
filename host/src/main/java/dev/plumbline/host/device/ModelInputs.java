package dev.plumbline.host.device;

import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.ElementType;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a device's runs of a model get by name.
 *
 * @param free the input that data go to; empty where it is the only one
 * @param type of that input
 * @param fixed the same in every run
 */
record ModelInputs(String free, dev.plumbline.host.onnx.ElementType type, List<NamedTensor> fixed) {
  /** Of a model with one input, for pictures. */
  static final ModelInputs ONLY_PICTURES =
      new ModelInputs("", dev.plumbline.host.onnx.ElementType.FLOAT, List.of());

  ModelInputs {
    fixed = List.copyOf(fixed);
  }

  static ModelInputs of(OnnxModel model) {
    List<NamedTensor> fixed = new ArrayList<>();
    model.graph().fixedInputs().forEach((name, value) -> fixed.add(named(name, value)));
    return new ModelInputs(
        model.graph().input().name(),
        dev.plumbline.host.onnx.ElementType.of(model.graph().input().elementType())
            .orElse(dev.plumbline.host.onnx.ElementType.FLOAT),
        fixed);
  }

  /**
   * All inputs of one run.
   *
   * @param tensors of one shape, at least one
   * @throws dev.plumbline.host.BadInputException if the model takes integers and a number is none
   */
  List<NamedTensor> run(List<TensorInput> tensors) {
    int each = tensors.get(0).shape().elements();
    float[] values = new float[Math.multiplyExact(tensors.size(), each)];
    for (int i = 0; i < tensors.size(); i++) {
      System.arraycopy(tensors.get(i).values(), 0, values, i * each, each);
    }
    long[] dims =
        LongStream.concat(
                LongStream.of(tensors.size()),
                tensors.get(0).shape().dims().stream().mapToLong(Integer::longValue))
            .toArray();
    List<NamedTensor> all = new ArrayList<>();
    all.add(named(free, Tensor.ofInput(type, dims, values)));
    all.addAll(fixed);
    return all;
  }

  private static NamedTensor named(String name, Tensor value) {
    return NamedTensor.newBuilder()
        .setName(name)
        .setElementType(ElementType.forNumber(value.type().onnxNumber()))
        .addAllDims(Arrays.stream(value.dims()).boxed().toList())
        .setData(ByteString.copyFrom(value.buffer()))
        .build();
  }
}
