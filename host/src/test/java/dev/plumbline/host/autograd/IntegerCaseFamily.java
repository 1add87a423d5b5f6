package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.onnx.ElementType;
import java.util.List;

/** Cases on quantized numbers, with scales as they come or with scales that make ties. */
abstract class IntegerCaseFamily extends CaseFamily {
  static final List<ElementType> BYTES = List.of(ElementType.UINT8, ElementType.INT8);

  private final boolean halves;

  /**
   * @param halves whether scales are powers of two, so that many results are ties of rounding
   */
  IntegerCaseFamily(boolean halves) {
    this.halves = halves;
  }

  final boolean halves() {
    return halves;
  }

  /** A scale; with ties, a power of two. */
  final float scale(double usual, int halvings) {
    return (float) (halves ? Math.scalb(1.0, -halvings) : usual);
  }

  /** A case of an operator of ONNX. */
  final void integer(String operator, String note, long[] dims, Body body) {
    for (int opset : new int[] {10, 13, 17, 21}) {
      add(new OperatorCase(operator, opset, noted(note), dims, -2, 2, false, body));
    }
  }

  /** A case of an operator of ONNX Runtime. */
  final void ofRuntime(String operator, String note, long[] dims, Body body) {
    for (int opset : new int[] {13, 21}) {
      add(new OperatorCase(operator, opset, noted(note), dims, -2, 2, false, body));
    }
  }

  private String noted(String note) {
    return note + (halves ? " with ties" : "");
  }

  /** Scales that grow from the first. */
  final float[] scales(int count, float first) {
    float[] scales = new float[count];
    for (int i = 0; i < count; i++) {
      scales[i] = first * (halves ? 1 << i : 1 + i * 0.37f);
    }
    return scales;
  }
}
