package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OpsetRaising;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Makes an int8 model of a float model: per-channel symmetric int8 weights, asymmetric uint8
 * activations, int32 biases (Jacob et al. 2018, "Quantization and Training of Neural Networks for
 * Efficient Integer-Arithmetic-Only Inference"), written as QuantizeLinear and DequantizeLinear
 * where ONNX Runtime fuses them into integer kernels. Or with activations that are quantized while
 * the model runs, or with nothing but weights quantized.
 */
public final class Quantizer {
  /** Statistics of more pictures hardly move, and some are taken anew for every layer. */
  private static final int CORRECTION_PICTURES = 256;

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
   * values, metadata and the order of nodes stay, and the opset if it has what is written.
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
    OnnxModel prepared = prepared(floatModel, Form.scaled(settings), settings);
    ActivationRanges ranges =
        Calibrator.calibrate(
            prepared,
            QuantizationPlan.of(prepared, settings.floatLayers()).calibrated(),
            preprocessing,
            calibration,
            settings,
            accelerator,
            progress);
    OnnxModel corrected =
        corrected(
            prepared,
            model -> new QdqWriter(model, ranges, settings).write(),
            preprocessing,
            calibration,
            settings,
            progress);
    QdqWriter writer = new QdqWriter(corrected, ranges, settings);
    OnnxModel model = signed(writer.write(), "int8 qdq ptq " + settings.text(), floatModel);
    return new Quantized(
        settings.floatLayers().isEmpty()
            ? model
            : model.withMetadata(
                CompressedLayers.FLOAT_LAYERS,
                settings.floatLayers().stream().sorted().collect(Collectors.joining(","))),
        writer.masters());
  }

  /**
   * As {@link #quantize}, with ranges of activations that are found while the model runs.
   *
   * @param calibration pictures for {@link Preparation#BIAS_CORRECTED}; not looked at without
   */
  public OnnxModel quantizeDynamically(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    return withoutRanges(
        model -> new DynamicWriter(model, settings).write(),
        Form.DYNAMIC,
        "int8 dynamic",
        floatModel,
        preprocessing,
        calibration,
        settings,
        progress);
  }

  /** As {@link #quantizeDynamically}, of weights alone. */
  public OnnxModel quantizeWeights(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    return withoutRanges(
        model -> new WeightOnlyWriter(model, settings).write(),
        Form.scaled(settings),
        "int8 weight-only",
        floatModel,
        preprocessing,
        calibration,
        settings,
        progress);
  }

  /** What needs no ranges of activations to be written. */
  private OnnxModel withoutRanges(
      UnaryOperator<OnnxModel> write,
      Form form,
      String how,
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    OnnxModel prepared = prepared(floatModel, form, settings);
    OnnxModel corrected =
        corrected(prepared, write, preprocessing, calibration, settings, progress);
    return signed(write.apply(corrected), how + settings.weightText(), floatModel);
  }

  /** The float model that a static int8 model is rounded from, before its biases are corrected. */
  static OnnxModel prepared(OnnxModel floatModel, QuantizationSettings settings) {
    return prepared(floatModel, Form.scaled(settings), settings);
  }

  /** The operators that are written, and the opset that has them. */
  private enum Form {
    PER_TENSOR(10, "QuantizeLinear and DequantizeLinear"),
    PER_CHANNEL(13, "scales per channel"),
    DYNAMIC(11, "ranges that are found while the model runs");

    private final int opset;
    private final String what;

    Form(int opset, String what) {
      this.opset = opset;
      this.what = what;
    }

    static Form scaled(QuantizationSettings settings) {
      return settings.scales() == WeightScales.PER_TENSOR ? PER_TENSOR : PER_CHANNEL;
    }
  }

  /** The float model that is rounded, before its biases are corrected. */
  private static OnnxModel prepared(
      OnnxModel floatModel, Form form, QuantizationSettings settings) {
    QuantizedModels.refuse(floatModel, "quantized");
    OnnxModel folded =
        BatchNormFolding.fold(OpsetRaising.atLeast(floatModel, form.opset, form.what));
    QuantizationPlan plan = QuantizationPlan.of(folded);
    if (folded.graph().nodes().stream().noneMatch(plan::quantizesWeights)) {
      throw new BadInputException(
          "model "
              + floatModel.name()
              + " has no Conv, Gemm or MatMul with constant float weights, expected one to"
              + " quantize");
    }
    return settings.preparations().contains(Preparation.EQUALIZED)
        ? Equalization.of(folded)
        : folded;
  }

  private OnnxModel corrected(
      OnnxModel prepared,
      UnaryOperator<OnnxModel> write,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Progress progress) {
    Dataset pictures =
        Datasets.range(calibration, Range.of(0, Math.min(CORRECTION_PICTURES, calibration.size())));
    OnnxModel rounded =
        settings.preparations().contains(Preparation.CALIBRATED_ROUNDING)
            ? new CalibratedRounding(preprocessing, pictures, accelerator)
                .round(prepared, settings, progress)
            : prepared;
    return settings.preparations().contains(Preparation.BIAS_CORRECTED)
        ? new BiasCorrection(preprocessing, pictures, accelerator).correct(rounded, write, progress)
        : rounded;
  }

  private static OnnxModel signed(OnnxModel written, String how, OnnxModel floatModel) {
    return new Provenance(how, floatModel.sha256()).write(written);
  }
}
