package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A picture made larger or smaller along its axes: Resize, and Upsample before it. */
final class Resize implements Operator {
  /** The opset of Resize whose coordinates are a choice; before, they are asymmetric. */
  private static final int COORDINATES_ARE_CHOSEN = 11;

  /** The opset of Upsample whose factors are an input. */
  private static final int SCALES_ARE_INPUT = 9;

  private static final List<String> COORDINATES =
      List.of(
          "half_pixel",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric",
          "half_pixel_symmetric");

  private static final List<String> POLICIES = List.of("stretch", "not_larger", "not_smaller");

  @Override
  public Kernel compile(NodeContext context) {
    Node node = context.node();
    boolean chosen = node.is("Resize") && context.opset() >= COORDINATES_ARE_CHOSEN;
    String policy = node.stringAttribute("keep_aspect_ratio_policy", "stretch");
    if (!POLICIES.contains(policy)) {
      throw context.unsupported(
          "its keep_aspect_ratio_policy is "
              + policy
              + ", expected one of "
              + String.join(", ", POLICIES));
    }
    Resampling resampling = new Resampling(context, interpolation(context, chosen));
    Optional<long[]> named = node.intsAttribute("axes");
    int scales = chosen ? 2 : 1;
    Optional<float[]> constantScales =
        context.opset() < SCALES_ARE_INPUT
            ? Optional.of(
                node.floatsAttribute("scales")
                    .orElseThrow(() -> context.unsupported("it has no scales")))
            : context.constant(scales).map(Tensor::floats);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          long[] dims = x.getShape().getShape();
          float[] factors = constantScales.orElseGet(() -> computed(inputs, scales));
          long[] sizes = factors.length > 0 ? new long[0] : inputs.wholeNumbers(3);
          return resampling.resize(x, axes(dims, named, factors, sizes, policy));
        });
  }

  private static float[] computed(Inputs inputs, int scales) {
    return inputs.has(scales)
        ? inputs.array(scales).toType(DataType.FLOAT32, false).toFloatArray()
        : new float[0];
  }

  private static Interpolation interpolation(NodeContext context, boolean chosen) {
    Node node = context.node();
    String mode = node.stringAttribute("mode", "nearest");
    if (!List.of("nearest", "linear", "cubic").contains(mode)) {
      throw context.unsupported("its mode is " + mode + ", expected nearest, linear or cubic");
    }
    String coordinates =
        chosen
            ? node.stringAttribute("coordinate_transformation_mode", "half_pixel")
            : "asymmetric";
    if (!COORDINATES.contains(coordinates)) {
      throw context.unsupported(
          "its coordinate_transformation_mode is "
              + coordinates
              + ", expected one of "
              + String.join(", ", COORDINATES));
    }
    return new Interpolation(
        Interpolation.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
        coordinates,
        chosen ? rounding(context) : Interpolation.Rounding.BY_DIRECTION,
        node.floatAttribute("cubic_coeff_a", -0.75f),
        node.intAttribute("exclude_outside", 0) != 0,
        node.intAttribute("antialias", 0) != 0);
  }

  private static Interpolation.Rounding rounding(NodeContext context) {
    String name = context.node().stringAttribute("nearest_mode", "round_prefer_floor");
    return switch (name) {
      case "round_prefer_floor" -> Interpolation.Rounding.ROUND_PREFER_FLOOR;
      case "round_prefer_ceil" -> Interpolation.Rounding.ROUND_PREFER_CEIL;
      case "floor" -> Interpolation.Rounding.FLOOR;
      case "ceil" -> Interpolation.Rounding.CEIL;
      default -> throw context.unsupported("its nearest_mode is " + name);
    };
  }

  private static ResizedAxis[] axes(
      long[] dims, Optional<long[]> named, float[] factors, long[] sizes, String policy) {
    int given = factors.length + sizes.length;
    int[] at =
        named
            .map(n -> Arrays.stream(n).mapToInt(a -> Movement.axis(a, dims.length)).toArray())
            .orElseGet(() -> IntStream.range(0, dims.length).toArray());
    if (given != at.length) {
      throw new IllegalArgumentException(
          "it has " + given + " scales or sizes, expected " + at.length);
    }
    ResizedAxis[] axes = new ResizedAxis[dims.length];
    Arrays.setAll(axes, i -> ResizedAxis.sized(dims[i], dims[i]));
    for (int i = 0; i < given; i++) {
      axes[at[i]] =
          factors.length > 0
              ? ResizedAxis.scaled(dims[at[i]], factors[i])
              : ResizedAxis.sized(dims[at[i]], sizes[i]);
    }
    if (factors.length == 0 && !policy.equals("stretch")) {
      DoubleStream scales = Arrays.stream(at).mapToDouble(a -> axes[a].scale());
      double common = (policy.equals("not_larger") ? scales.min() : scales.max()).orElseThrow();
      for (int a : at) {
        axes[a] =
            new ResizedAxis((int) dims[a], (int) Math.round(common * dims[a]), (float) common);
      }
    }
    return axes;
  }
}
