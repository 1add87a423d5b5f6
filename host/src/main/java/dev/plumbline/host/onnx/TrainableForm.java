package dev.plumbline.host.onnx;

/**
 * A quantized model as the same function with each weight behind a DequantizeLinear, where training
 * finds it. Initializers keep their names, so that integers trained in this form go back into the
 * model, whose every other byte stays.
 */
public final class TrainableForm {
  private TrainableForm() {}

  /** The same model where no operator takes integers. */
  public static OnnxModel of(OnnxModel model) {
    return QOperatorExpansion.of(DynamicExpansion.of(model));
  }
}
