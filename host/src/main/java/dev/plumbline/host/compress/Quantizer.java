package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import java.util.Map;

/**
 * Makes an int8 model of a float model: per-channel symmetric int8 weights, asymmetric uint8
 * activations, int32 biases (Jacob et al. 2018, "Quantization and Training of Neural Networks for
 * Efficient Integer-Arithmetic-Only Inference"), written as QuantizeLinear and DequantizeLinear
 * where ONNX Runtime fuses them into integer kernels.
 */
public final class Quantizer {
  private final Accelerator accelerator;

  /**
   * @param accelerator where the float model runs on the calibration pictures
   */
  public Quantizer(Accelerator accelerator) {
    this.accelerator = accelerator;
  }

  /**
   * A quantized model with what it was rounded from.
   *
   * @param masters float values by name of the quantized initializer
   */
  record Quantized(OnnxModel model, Map<String, Tensor> masters) {}

  /**
   * Quantizes after training. BatchNormalization is folded into convolutions first; names of
   * values, metadata, opset and the order of nodes stay.
   *
   * @param calibration pictures whose activations give the ranges; some hundreds do
   * @throws BadInputException if the model is quantized already, has nothing to quantize, or the
   *     calibration has no pictures
   */
  public OnnxModel quantize(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    return quantizeKeepingMasters(floatModel, preprocessing, calibration, settings, progress)
        .model();
  }

  Quantized quantizeKeepingMasters(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    QuantizedModels.refuse(floatModel, "quantized");
    OnnxModel folded = BatchNormFolding.fold(floatModel);
    QuantizationPlan plan = QuantizationPlan.of(folded.graph());
    if (folded.graph().nodes().stream().noneMatch(plan::quantizesWeights)) {
      throw new BadInputException(
          "model "
              + floatModel.name()
              + " has no Conv, Gemm or MatMul with constant float weights, expected one to"
              + " quantize");
    }
    ActivationRanges ranges =
        Calibrator.calibrate(
            folded, plan.calibrated(), preprocessing, calibration, settings, accelerator, progress);
    QdqWriter writer = new QdqWriter(folded, plan, ranges, settings.largestWeight());
    OnnxModel written = writer.write();
    OnnxModel model =
        new Provenance("int8 qdq ptq " + settings.text(), floatModel.sha256()).write(written);
    return new Quantized(model, writer.masters());
  }
}
