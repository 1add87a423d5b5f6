package dev.plumbline.host.onnx;

/**
 * Which scale and zero point go with which element: one pair for a whole tensor, one per index of
 * an axis, or one per block of an axis.
 *
 * @param parameters how many pairs there are
 * @param axis that they go along; of no meaning for one pair
 * @param block elements of the axis that share a pair; 0 where every index of the axis has its own
 */
public record Granularity(int parameters, int axis, long block) {

  /**
   * The granularity of a QuantizeLinear or DequantizeLinear node.
   *
   * @param parameters size of its scale
   * @param axes of the tensor that is quantized
   */
  public static Granularity of(Node node, int parameters, int axes) {
    int axis = Math.toIntExact(node.intAttribute("axis", 1));
    return new Granularity(
        parameters, axis < 0 ? axis + axes : axis, node.intAttribute("block_size", 0));
  }

  /** Dimensions that the scale has for a tensor of so many: none for one pair. */
  public long[] parameterDims(long[] dims) {
    if (parameters == 1) {
      return new long[0];
    }
    if (block == 0) {
      return new long[] {dims[axis]};
    }
    long[] blocks = dims.clone();
    blocks[axis] = blocks(dims);
    return blocks;
  }

  /** The index of the pair for an element, both row-major. */
  public int parameter(int element, long[] dims) {
    if (parameters == 1) {
      return 0;
    }
    int inner = 1;
    for (int a = axis + 1; a < dims.length; a++) {
      inner *= Math.toIntExact(dims[a]);
    }
    int size = Math.toIntExact(dims[axis]);
    int at = element / inner % size;
    if (block == 0) {
      return at;
    }
    int outer = element / inner / size;
    int row = Math.toIntExact(outer * blocks(dims) + at / block);
    return row * inner + element % inner;
  }

  private long blocks(long[] dims) {
    return (dims[axis] + block - 1) / block;
  }
}
