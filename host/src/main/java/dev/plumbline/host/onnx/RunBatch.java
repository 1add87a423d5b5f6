package dev.plumbline.host.onnx;

import java.util.List;

/**
 * How many pictures ONNX Runtime gets at once. Its memory grows with them and is never given back,
 * while a run of large pictures is no faster with many: so a run has a number of bytes, and the
 * number of pictures follows from the model alone, as it is told in a fingerprint.
 *
 * @param most pictures, where they are small
 * @param inputBytes of float32 input in a run
 */
public record RunBatch(int most, long inputBytes) {
  /** On the host: 13 pictures of 3 x 224 x 224. */
  public static final RunBatch ON_HOST = new RunBatch(64, 8 << 20);

  /** On a device: 4 pictures of 3 x 224 x 224. */
  public static final RunBatch ON_DEVICE = new RunBatch(32, 5 << 19);

  /**
   * @return at least 1; the batch that the model fixes, and {@code most} where it leaves the size
   *     of its pictures open
   */
  public int of(OnnxModel model) {
    if (model.batch() > 0) {
      return model.batch();
    }
    List<Long> dims = model.graph().input().dims();
    double bytes = Float.BYTES;
    for (int i = 1; i < dims.size(); i++) {
      bytes *= Math.max(1, dims.get(i));
    }
    return (int) Math.max(1, Math.min(most, inputBytes / bytes));
  }
}
