package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Name and type of a graph's input or output.
 *
 * @param name in the graph
 * @param kind {@code tensor}, or what it is in its place: {@code sequence}, {@code map}, {@code
 *     optional}, {@code sparse tensor}; empty where the model does not say
 * @param elementType ONNX's number of the element type; 0 where the model does not say
 * @param shape dimensions, -1 where the model leaves one open, such as the batch; empty where the
 *     model does not say how many there are
 */
public record ValueInfo(String name, String kind, int elementType, Optional<List<Long>> shape) {
  private static final String TENSOR = "tensor";

  static ValueInfo of(ValueInfoProto proto) {
    TypeProto type = proto.getType();
    TypeProto.Tensor tensor = type.getTensorType();
    String kind =
        switch (type.getValueCase()) {
          case TENSOR_TYPE -> TENSOR;
          case VALUE_NOT_SET -> "";
          default ->
              type.getValueCase()
                  .name()
                  .replace("_TYPE", "")
                  .toLowerCase(Locale.ROOT)
                  .replace('_', ' ');
        };
    return new ValueInfo(
        proto.getName(),
        kind,
        tensor.getElemType(),
        tensor.hasShape()
            ? Optional.of(tensor.getShape().getDimList().stream().map(ValueInfo::dim).toList())
            : Optional.empty());
  }

  private static long dim(Dimension d) {
    return d.getValueCase() == Dimension.ValueCase.DIM_VALUE ? Math.max(-1, d.getDimValue()) : -1;
  }

  /** Dimensions; none where the model does not say how many there are. */
  public List<Long> dims() {
    return shape.orElse(List.of());
  }

  /** This with the last dimension of a shape. */
  ValueInfo ending(long[] shown) {
    List<Long> dims = new ArrayList<>(dims());
    dims.set(dims.size() - 1, shown[dims.size() - 1]);
    return new ValueInfo(name, kind, elementType, Optional.of(List.copyOf(dims)));
  }

  /** This with those of its open dimensions, but for the first, that are the same in all shapes. */
  ValueInfo settled(List<long[]> shown) {
    List<Long> dims = new ArrayList<>(dims());
    for (int i = 1; i < dims.size(); i++) {
      int at = i;
      long size = shown.get(0)[i];
      if (dims.get(i) < 0 && shown.stream().allMatch(shape -> shape[at] == size)) {
        dims.set(i, size);
      }
    }
    return new ValueInfo(name, kind, elementType, Optional.of(List.copyOf(dims)));
  }

  /** Whether this is a tensor, or may be one. */
  boolean isTensor() {
    return kind.isEmpty() || kind.equals(TENSOR);
  }

  /** The size of the first dimension where the model fixes it, else 0. */
  public int fixedBatch() {
    return dims().isEmpty() ? 0 : (int) Math.max(0, Math.min(Integer.MAX_VALUE, dims().get(0)));
  }

  /** Such as {@code Nx3x32x32}. */
  public String shapeText() {
    if (shape.isEmpty()) {
      return "any shape";
    }
    return dims().isEmpty()
        ? "no dimensions"
        : dims().stream().map(d -> d < 0 ? "N" : d.toString()).collect(Collectors.joining("x"));
  }

  /** Such as {@code float}. */
  public String typeText() {
    if (!isTensor()) {
      return kind;
    }
    return elementType == 0 ? "type not said" : ElementType.nameOf(elementType);
  }

  /** Such as {@code logits (float, Nx10)}. */
  public String text() {
    return name + " (" + typeText() + (isTensor() ? ", " + shapeText() : "") + ")";
  }
}
