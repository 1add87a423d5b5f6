package dev.plumbline.host.autograd;

import static dev.plumbline.host.autograd.Quantized.runtime;

import dev.plumbline.host.autograd.OperatorCase.Body;
import java.util.List;
import java.util.Map;

/** Float operators that ONNX Runtime makes of several when it optimises a model. */
final class FusedCases extends CaseFamily {
  @Override
  void fill() {
    for (Map<String, Object> activation :
        List.of(
            with(),
            with("activation", "Relu"),
            with("activation", "Tanh"),
            with("activation", "Sigmoid"),
            with("activation", "LeakyRelu", "activation_params", new float[] {0.2f}),
            with("activation", "Clip", "activation_params", new float[] {-0.6f, 0.7f}),
            with("activation", "HardSigmoid", "activation_params", new float[] {0.3f, 0.4f}))) {
      String note = String.valueOf(activation.get("activation"));
      Map<String, Object> shaped = with("pads", l(1, 0, 0, 1), "strides", l(2, 1));
      shaped.putAll(activation);
      fused(
          "FusedConv",
          note,
          PICTURE,
          n ->
              runtime(
                  n,
                  "FusedConv",
                  List.of("x", n.weights(4, 3, 3, 2), n.random("b", -1, 1, 4)),
                  shaped));
    }
    fused(
        "FusedConv",
        "with a sum",
        PICTURE,
        n ->
            runtime(
                n,
                "FusedConv",
                List.of("x", n.weights(3, 3, 1, 1), n.random("b", -1, 1, 3), "x"),
                with("activation", "Tanh")));
    for (Map<String, Object> activation :
        List.of(
            with("activation", "Relu", "transB", 1, "alpha", 0.7f, "beta", 1.3f),
            with("activation", "Tanh", "transB", 1),
            with("activation", "LeakyRelu", "activation_alpha", 0.3f, "transB", 1))) {
      fused(
          "FusedGemm",
          text(activation),
          MATRIX,
          n ->
              runtime(
                  n,
                  "FusedGemm",
                  List.of("x", n.weights(5, 4), n.random("b", -1, 1, 5)),
                  activation));
    }
    fused(
        "FusedMatMul",
        "plain",
        MATRIX,
        n -> runtime(n, "FusedMatMul", List.of("x", n.weights(4, 5)), with("alpha", 0.3f)));
    fused(
        "FusedMatMul",
        "transposed",
        l(2, 4, 3),
        n ->
            runtime(
                n,
                "FusedMatMul",
                List.of("x", n.weights(2, 5, 4)),
                with("transA", 1, "transB", 1)));
    fused("Gelu", "", PICTURE, n -> runtime(n, "Gelu", List.of("x"), with()));
    fused("FastGelu", "", PICTURE, n -> runtime(n, "FastGelu", List.of("x"), with()));
    fused(
        "FastGelu",
        "with a bias",
        PICTURE,
        n -> runtime(n, "FastGelu", List.of("x", n.random("b", -1, 1, 6)), with()));
    fused(
        "BiasGelu",
        "",
        MATRIX,
        n -> runtime(n, "BiasGelu", List.of("x", n.random("b", -1, 1, 4)), with()));
    fused("QuickGelu", "", PICTURE, n -> runtime(n, "QuickGelu", List.of("x"), with()));
    fused(
        "QuickGelu",
        "of slope 1",
        PICTURE,
        n -> runtime(n, "QuickGelu", List.of("x"), with("alpha", 1f)));
    for (boolean bias : new boolean[] {false, true}) {
      fused(
          "SkipLayerNormalization",
          bias ? "with biases" : "plain",
          l(2, 3, 5),
          n -> {
            String skip = n.random("skip", -1, 1, 2, 3, 5);
            String gamma = n.random("gamma", 0.5, 2, 5);
            return runtime(
                n,
                "SkipLayerNormalization",
                bias
                    ? List.of("x", skip, gamma, n.random("beta", -1, 1, 5), n.random("b", -1, 1, 5))
                    : List.of("x", skip, gamma),
                with("epsilon", 1e-5f));
          });
    }
  }

  private void fused(String operator, String note, long[] dims, Body body) {
    for (int opset : new int[] {13, 17, 21}) {
      add(new OperatorCase(operator, opset, note, dims, -2, 2, true, body));
    }
  }
}
