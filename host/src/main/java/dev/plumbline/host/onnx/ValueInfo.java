package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Name and type of a graph's input or output.
 *
 * @param name in the graph
 * @param elementType ONNX's number of the element type
 * @param dims dimensions; -1 where the model leaves one open, such as the batch
 */
public record ValueInfo(String name, int elementType, List<Long> dims) {
  static ValueInfo of(ValueInfoProto proto) {
    TypeProto.Tensor tensor = proto.getType().getTensorType();
    return new ValueInfo(
        proto.getName(),
        tensor.getElemType(),
        tensor.getShape().getDimList().stream()
            .map(d -> d.getValueCase() == Dimension.ValueCase.DIM_VALUE ? d.getDimValue() : -1L)
            .toList());
  }

  /** Such as {@code Nx3x32x32}. */
  public String shapeText() {
    return dims.stream().map(d -> d < 0 ? "N" : d.toString()).collect(Collectors.joining("x"));
  }
}
