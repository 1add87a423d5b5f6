package dev.plumbline.agent;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.TextFormat;

/** Models that are written down as text. */
final class TextModels {
  private TextModels() {}

  /** A model of opset 13. */
  static byte[] of(String graph) {
    GraphProto.Builder built = GraphProto.newBuilder().setName("text");
    try {
      TextFormat.merge(graph, built);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(built)
        .build()
        .toByteArray();
  }

  /** From {@code in} to {@code out}, of any shape. */
  static byte[] identity(int elementType) {
    return of(
        """
        input { name: 'in' type { tensor_type { elem_type: %d } } }
        node { op_type: 'Identity' input: 'in' output: 'out' }
        output { name: 'out' type { tensor_type { elem_type: %d } } }
        """
            .formatted(elementType, elementType));
  }

  /** Pictures of 1 x 1 x 2 times a weight. */
  static byte[] weighted() {
    return of(
        """
        input { name: 'picture' type { tensor_type { elem_type: 1 shape {
          dim { dim_param: 'N' } dim { dim_value: 1 } dim { dim_value: 1 } dim { dim_value: 2 } } } } }
        input { name: 'weight' type { tensor_type { elem_type: 1 shape { dim { dim_value: 1 } } } } }
        node { op_type: 'Mul' input: 'picture' input: 'weight' output: 'out' }
        output { name: 'out' type { tensor_type { elem_type: 1 } } }
        """);
  }

  /** From {@code shape}, int64, to {@code out}, zeros of that shape. */
  static byte[] zeros() {
    return of(
        """
        input { name: 'shape' type { tensor_type { elem_type: 7 shape { dim { dim_value: 1 } } } } }
        node { op_type: 'ConstantOfShape' input: 'shape' output: 'out' }
        output { name: 'out' type { tensor_type { elem_type: 1 } } }
        """);
  }
}
