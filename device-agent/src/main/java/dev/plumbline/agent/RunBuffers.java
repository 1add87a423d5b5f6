package dev.plumbline.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What ONNX Runtime reads inputs from; one for all models and calls. One thread at a time. */
final class RunBuffers {
  private final Bounds bounds;
  private FloatBuffer pictures = FloatBuffer.allocate(0);
  private ByteBuffer tensors = ByteBuffer.allocate(0);

  RunBuffers(Bounds bounds) {
    this.bounds = bounds;
  }

  /** Bytes of outputs that one answer may hold. */
  long maxOutputBytes() {
    return bounds.maxOutputBytes();
  }

  /**
   * Direct, holds at least so many pictures.
   *
   * @throws RefusedException if they are too big
   */
  FloatBuffer forPictures(PictureInput shape, int atOnce) {
    long floats = (long) atOnce * shape.size();
    if (floats > bounds.maxBatchBytes()) {
      throw RefusedException.tooMuch(
          "model takes "
              + atOnce
              + " pictures of "
              + shape
              + " at once, which is too big; expected at most "
              + bounds.maxBatchBytes()
              + " bytes");
    }
    if (pictures.capacity() < floats) {
      pictures = direct(Math.multiplyExact((int) floats, Float.BYTES)).asFloatBuffer();
    }
    return pictures;
  }

  /**
   * Direct, holds at least so many bytes.
   *
   * @param bytes what {@link TensorInputs#bytes} says
   */
  ByteBuffer forTensors(int bytes) {
    if (tensors.capacity() < bytes) {
      tensors = direct(bytes);
    }
    return tensors;
  }

  /** A buffer in the byte order that ONNX Runtime has. */
  static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
