package dev.plumbline.host.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/** Floats as tensors of the floating-point type that a model has, and back. */
final class FloatTensors {
  private static final Set<OnnxJavaType> READ =
      Set.of(OnnxJavaType.FLOAT, OnnxJavaType.DOUBLE, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

  private FloatTensors() {}

  /** Whether models take input of a type here, by its number in ONNX. */
  static boolean takes(int elementType) {
    return elementType == ElementType.FLOAT.onnxNumber()
        || elementType == ElementType.FLOAT16.onnxNumber()
        || elementType == ElementType.DOUBLE.onnxNumber();
  }

  static OnnxTensor create(int elementType, float[] values, long... dims) throws OrtException {
    return create(elementType, FloatBuffer.wrap(values), dims);
  }

  /**
   * A tensor to run a model on.
   *
   * @param elementType one that {@link #takes} knows, or one of integers, for whole numbers
   * @param values row-major; a direct buffer of floats is read where it is
   */
  static OnnxTensor create(int elementType, FloatBuffer values, long... dims) throws OrtException {
    if (!takes(elementType)) {
      float[] numbers = new float[values.remaining()];
      values.duplicate().get(numbers);
      return InputTensors.create(
          Tensor.ofInput(ElementType.of(elementType).orElseThrow(), dims, numbers));
    }
    if (elementType == ElementType.FLOAT16.onnxNumber()) {
      return OnnxTensor.createTensor(
          RuntimeSession.environment(),
          Fp16Conversions.convertFloatBufferToFp16Buffer(values.duplicate()),
          dims,
          OnnxJavaType.FLOAT16);
    }
    if (elementType == ElementType.DOUBLE.onnxNumber()) {
      double[] doubles = new double[values.remaining()];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = values.get(values.position() + i);
      }
      return OnnxTensor.createTensor(
          RuntimeSession.environment(), DoubleBuffer.wrap(doubles), dims);
    }
    return OnnxTensor.createTensor(RuntimeSession.environment(), values, dims);
  }

  /** Whether {@link #read} can read it. */
  static boolean isFloat(OnnxTensor tensor) {
    return READ.contains(tensor.getInfo().type);
  }

  /** The elements, rounded to floats. */
  static float[] read(OnnxTensor tensor) {
    if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer doubles = tensor.getDoubleBuffer();
      float[] values = new float[doubles.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) doubles.get();
      }
      return values;
    }
    FloatBuffer floats = tensor.getFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }
}
