package dev.plumbline.agent;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Floats as tensors of the floating-point type that a model has; as the host has it. */
final class FloatTensors {
  private FloatTensors() {}

  static boolean isFloat(OnnxJavaType type) {
    return type == OnnxJavaType.FLOAT
        || type == OnnxJavaType.FLOAT16
        || type == OnnxJavaType.DOUBLE;
  }

  /**
   * A tensor of a type.
   *
   * @param values row-major; of a direct buffer floats are read where they are
   */
  static OnnxTensor create(
      OrtEnvironment environment, OnnxJavaType type, FloatBuffer values, long[] shape)
      throws OrtException {
    if (type == OnnxJavaType.FLOAT16) {
      return OnnxTensor.createTensor(
          environment,
          Fp16Conversions.convertFloatBufferToFp16Buffer(values.duplicate()),
          shape,
          type);
    }
    if (type == OnnxJavaType.DOUBLE) {
      double[] doubles = new double[values.remaining()];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = values.get(values.position() + i);
      }
      return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(doubles), shape);
    }
    return OnnxTensor.createTensor(environment, values, shape);
  }
}
