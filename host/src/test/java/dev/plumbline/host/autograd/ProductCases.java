package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Matrix products of all ranks and opsets, and sums of products. */
final class ProductCases extends CaseFamily {
  @Override
  void fill() {
    matMul(l(4), l(4));
    matMul(l(3, 4), l(4));
    matMul(l(4), l(4, 5));
    matMul(l(4), l(2, 4, 5));
    matMul(l(3, 4), l(2, 4, 5));
    matMul(l(2, 3, 4), l(2, 4, 5));
    matMul(l(2, 3, 4), l(4));
    matMul(l(2, 1, 3, 4), l(3, 4, 5));
    for (long[] bias : new long[][] {{}, {1}, {5}, {3, 1}, {1, 5}, {3, 5}}) {
      for (int transB = 0; transB < 2; transB++) {
        Map<String, Object> attributes = with("transB", transB, "alpha", 0.5f, "beta", 2f);
        long[] weights = transB == 1 ? l(5, 4) : l(4, 5);
        for (Map<String, Object> each : List.of(attributes, with("transB", transB))) {
          in(
              opsets(7, 9, 11, 17),
              true,
              "Gemm",
              text(each) + "bias " + Arrays.toString(bias),
              MATRIX,
              n ->
                  n.add(
                      "Gemm", List.of("x", n.weights(weights), n.random("b", -1, 1, bias)), each));
        }
      }
    }
    in(
        opsets(11),
        true,
        "Gemm",
        "no bias",
        MATRIX,
        n -> n.add("Gemm", List.of("x", n.weights(4, 5)), with()));
    einsum("ij->ji", MATRIX);
    einsum("ij->i", MATRIX);
    einsum("ij->", MATRIX);
    einsum("ba", MATRIX);
    einsum("...ij->...ji", l(2, 3, 4));
    einsum("ij,jk->ik", MATRIX, l(4, 5));
    einsum("ij, jk -> ki", MATRIX, l(4, 5));
    einsum("kj,ji", MATRIX, l(4, 5));
    einsum("i,j->ij", l(3), l(4));
    einsum("ij,ij->", MATRIX, MATRIX);
    einsum("ij,ij->ij", MATRIX, MATRIX);
    einsum("ij,j->i", MATRIX, l(4));
    einsum("ij,kl->ik", MATRIX, l(2, 5));
    einsum("bij,bjk->bik", l(2, 3, 4), l(2, 4, 5));
    einsum("bhid,bhjd->bhij", l(2, 3, 4, 5), l(2, 3, 6, 5));
    einsum("bhij,bhjd->bihd", l(2, 3, 4, 5), l(2, 3, 5, 6));
    einsum("bchw,bkhw->bck", PICTURE, PICTURE);
    einsum("...ij,...jk->...ik", l(2, 1, 3, 4), l(1, 2, 4, 5));
    einsum("...ij,jk->...ik", l(2, 3, 4), l(4, 5));
    einsum("...i,...i", l(2, 3, 4), l(1, 3, 4));
    einsum("ij,jk,kl->il", MATRIX, l(4, 5), l(5, 2));
    einsum("Ab,bC->AC", MATRIX, l(4, 2));
  }

  private void matMul(long[] x, long[] other) {
    String note = Arrays.toString(x) + " by " + Arrays.toString(other);
    in(
        opsets(7, 9, 17),
        true,
        "MatMul",
        note,
        x,
        n -> n.add("MatMul", List.of("x", n.weights(other)), with()));
  }

  private void einsum(String equation, long[] x, long[]... others) {
    in(
        opsets(12, 17, 22),
        true,
        "Einsum",
        equation,
        x,
        n -> {
          String[] inputs = new String[others.length + 1];
          inputs[0] = "x";
          for (int i = 0; i < others.length; i++) {
            inputs[i + 1] = n.random("o" + i, -1, 1, others[i]);
          }
          return n.add("Einsum", List.of(inputs), with("equation", equation));
        });
  }
}
