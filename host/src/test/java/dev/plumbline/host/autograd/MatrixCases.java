package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import java.util.List;
import java.util.Map;

/** Matrix products and what stands around them. */
final class MatrixCases extends CaseFamily {
  @Override
  void fill() {
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        for (float alpha : new float[] {1, 0.5f}) {
          for (String bias : List.of("none", "vector", "scalar", "matrix")) {
            Map<String, Object> attributes =
                with("transA", transA, "transB", transB, "alpha", alpha, "beta", 3 - 2 * alpha);
            long rows = transA == 1 ? 4 : 3;
            long inner = transA == 1 ? 3 : 4;
            long[] w = transB == 1 ? l(5, inner) : l(inner, 5);
            Body body =
                n ->
                    n.add(
                        "Gemm",
                        switch (bias) {
                          case "none" -> List.of("x", n.weights(w));
                          case "vector" -> List.of("x", n.weights(w), n.random("b", -1, 1, 5));
                          case "scalar" -> List.of("x", n.weights(w), n.random("b", -1, 1, 1));
                          default -> List.of("x", n.weights(w), n.random("b", -1, 1, rows, 5));
                        },
                        attributes);
            add("Gemm", text(attributes) + "bias " + bias, MATRIX, -1, 1, body);
          }
        }
      }
    }
    add("Gemm", "both computed", l(3, 3), -1, 1, n -> n.add("Gemm", List.of("x", "x"), with()));
    add(
        "MatMul",
        "right",
        MATRIX,
        -1,
        1,
        n -> n.add("MatMul", List.of("x", n.weights(4, 5)), with()));
    add(
        "MatMul",
        "left",
        MATRIX,
        -1,
        1,
        n -> n.add("MatMul", List.of(n.weights(2, 3), "x"), with()));
    add(
        "MatMul",
        "batched",
        l(2, 3, 4),
        -1,
        1,
        n -> n.add("MatMul", List.of("x", n.weights(4, 5)), with()));
    add("MatMul", "with itself", l(3, 3), -1, 1, n -> n.add("MatMul", List.of("x", "x"), with()));
    for (int axis : new int[] {-1, 0, 1, 2}) {
      unary("Softmax", -2, 2, "axis", axis);
      unary("LogSoftmax", -2, 2, "axis", axis);
      unary("Flatten", -2, 2, "axis", axis);
    }
    unary("Softmax", -2, 2);
    unary("LogSoftmax", -2, 2);
    unary("Flatten", -2, 2);
    unary("Transpose", -2, 2);
    unary("Transpose", -2, 2, "perm", l(0, 2, 3, 1));
  }
}
