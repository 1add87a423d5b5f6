package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What ONNX Runtime runs of a model once it has optimised it: a quantized layer that it has no
 * integer kernel for runs in float between roundings.
 *
 * @param operators how many of each operator, by name, constants left out
 */
public record RunKernels(Map<String, Integer> operators) {
  private static final Set<String> FLOAT_LAYERS =
      Set.of("Conv", "FusedConv", "ConvTranspose", "Gemm", "FusedGemm", "MatMul", "FusedMatMul");

  private static final Set<String> CONVERSIONS =
      Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear");

  public RunKernels {
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
  }

  /**
   * Has ONNX Runtime optimise a model on the CPU.
   *
   * @throws BadInputException if ONNX Runtime refuses the model
   */
  public static RunKernels of(OnnxModel model) {
    try {
      Path file = Files.createTempFile("plumbline", ".onnx");
      try {
        RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.ALL, Optional.of(file))
            .close();
        return of(ModelProto.parseFrom(Files.readAllBytes(file)));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the optimised graph of " + model.name(), e);
    }
  }

  private static RunKernels of(ModelProto optimised) {
    Map<String, Integer> operators = new TreeMap<>();
    for (NodeProto node : optimised.getGraph().getNodeList()) {
      if (!node.getOpType().equals("Constant")) {
        operators.merge(node.getOpType(), 1, Integer::sum);
      }
    }
    return new RunKernels(operators);
  }

  /** Kernels of integers. */
  public int integer() {
    return count(
        operator ->
            operator.startsWith("QLinear")
                || operator.equals("QGemm")
                || operator.endsWith("Integer")
                || operator.endsWith("IntegerToFloat")
                || operator.equals("DynamicQuantizeMatMul"));
  }

  /** Convolutions and products in float. */
  public int floatLayers() {
    return count(RunKernels::isFloatLayer);
  }

  /** Whether an operator is a convolution or product in float, as {@link #floatLayers} counts. */
  public static boolean isFloatLayer(String operator) {
    return FLOAT_LAYERS.contains(operator);
  }

  /** Roundings, and steps back to floats, that were not fused into a kernel. */
  public int conversions() {
    return count(CONVERSIONS::contains);
  }

  private int count(Predicate<String> which) {
    return operators.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
