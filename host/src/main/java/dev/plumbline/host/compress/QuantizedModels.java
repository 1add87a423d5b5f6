package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;

/** Tells quantized models from float ones. */
final class QuantizedModels {
  private QuantizedModels() {}

  /** Refuses a model that is quantized already. */
  static void refuse(OnnxModel model, String participle) {
    for (Node node : model.graph().nodes()) {
      String operator = node.operator();
      if (operator.endsWith("QuantizeLinear")
          || operator.equals("DequantizeLinear")
          || operator.startsWith("QLinear")
          || operator.equals("QGemm")
          || operator.endsWith("Integer")) {
        throw new BadInputException(
            "model "
                + model.name()
                + " is quantized already (node "
                + node.name()
                + " is "
                + operator
                + "), expected a float model to be "
                + participle);
      }
    }
  }
}
