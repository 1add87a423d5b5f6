package dev.plumbline.host.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which node tests are left out, and why. */
final class NodeTestsLeftOut {
  /**
   * @param names of tests, without {@code test_}
   * @param why for people
   * @param refused whether Plumbline refuses what such a test asks for; else it differs knowingly
   */
  private record Rule(Pattern names, String why, boolean refused) {}

  private static final List<Rule> RULES = new ArrayList<>();

  static {
    refused("losses, which ONNX has for training", "nllloss_.*|sce_.*");
    refused(
        "training",
        "adagrad.*|adam.*|momentum.*|nesterov.*|training_dropout.*|batchnorm_.*_training_mode");
    refused(
        "sequences, optional values and strings",
        "sequence_.*|optional_.*|if_opt|if_seq|identity_opt|identity_sequence|split_to_sequence.*"
            + "|string.*|strnorm.*|regex.*|tfidf.*|ai_onnx_ml_.*|label_encoder.*|equal_string.*"
            + "|(cast|castlike)_.*STRING.*");
    refused("loops", "loop.*|scan.*|range_.*_expanded");
    refused("branches that depend on the input", "affine_grid_.*_expanded");
    refused("random numbers", "bernoulli.*|random.*");
    refused("audio", "dft.*|stft.*|mel.*|blackman.*|hamming.*|hann.*");
    refused(
        "detection, warping and decoding of pictures",
        "nonmaxsuppression.*|roialign.*|image_decoder.*|affine_grid_..|affine_grid_.*_corners"
            + "|gridsample.*|(basic_)?deform_conv.*|col2im.*|center_crop_pad_(?!.*_expanded).*|maxunpool_.*"
            + "|resize_tf_crop_and_resize.*");
    refused("numbers of elements that depend on values", "nonzero.*|compress_.*|unique.*");
    refused("bits", "bitshift_.*|bitwise_.*");
    refused("reversing by length, determinants", "reversesequence_.*|det_.*");
    refused(
        "the Attention operator of opset 23 as one node; written out it passes",
        "attention_(?!.*_expanded).*");
    refused(
        "the RotaryEmbedding operator of opset 23 as one node",
        "rotary_embedding(?!.*_expanded).*");
    refused(
        "types that are not computed with: float8, float4, and 4-bit or bfloat16 as results of"
            + " Cast",
        ".*(FLOAT8|FLOAT4|E4M3|E5M2|e4m3|e5m2|float8|float4).*" + "|cast_.*_to_(U?INT4|BFLOAT16)");
    refused(
        "scales and zero points that are computed, where ONNX Runtime's quantizer writes constants",
        "dynamicquantizelinear_.*expanded|qlinearmatmul_.D_u?int8_float32|qlinearconv"
            + "|dequantizelinear_blocked");
    refused("an equation of Einsum that names an axis twice", "einsum_batch_diagonal");
    refused(
        "reductions over nothing", "reduce_(max|min|prod|log_sum_exp)_empty_set(?!_expanded).*");
    refused("the indices of MaxPool", "maxpool_with_argmax_.*");
    refused("opset 1", "not_.d");
    refused("size: 750 kB each", "(averagepool|lppool|maxpool)_3d_default");
    differs("test data that hold bfloat16 as uint16", "(cast|castlike)_.*BFLOAT16.*");
    differs(
        "expects a wrap-around where ONNX and ONNX Runtime saturate",
        "qlinearmatmul_.D_int8_float16");
    differs(
        "Resize whose output size is rounded: the proxy follows ONNX Runtime, which differs",
        "resize_downsample_scales_(cubic|linear)_align_corners");
  }

  private NodeTestsLeftOut() {}

  private static void refused(String why, String names) {
    RULES.add(new Rule(Pattern.compile("test_(" + names + ")"), why, true));
  }

  private static void differs(String why, String names) {
    RULES.add(new Rule(Pattern.compile("test_(" + names + ")"), why, false));
  }

  private static Optional<Rule> rule(String name) {
    return RULES.stream().filter(rule -> rule.names().matcher(name).matches()).findFirst();
  }

  static Optional<String> reason(String name) {
    return rule(name).map(Rule::why);
  }

  /** Whether a test is left out because Plumbline refuses it. */
  static boolean isRefused(String name) {
    return rule(name).filter(Rule::refused).isPresent();
  }
}
