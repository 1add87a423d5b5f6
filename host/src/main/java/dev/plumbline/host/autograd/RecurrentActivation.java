package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The functions that a recurrent node names, as its attributes list them. */
final class RecurrentActivation {
  private final NodeContext context;
  private final List<Float> alphas;
  private final List<Float> betas;

  private RecurrentActivation(NodeContext context) {
    this.context = context;
    this.alphas = left(context.node().floatsAttribute("activation_alpha").orElse(new float[0]));
    this.betas = left(context.node().floatsAttribute("activation_beta").orElse(new float[0]));
  }

  private static List<Float> left(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  /**
   * Reads the functions of all directions.
   *
   * @param directions 1 or 2
   * @param usual names of one direction, where the node names none
   * @return for each direction as many as {@code usual} has
   */
  static List<List<UnaryOperator<NDArray>>> of(
      NodeContext context, int directions, String... usual) {
    List<String> names = names(context.node());
    if (names.isEmpty()) {
      names =
          Collections.nCopies(directions, Arrays.asList(usual)).stream()
              .flatMap(List::stream)
              .toList();
    }
    if (names.size() != directions * usual.length) {
      throw context.unsupported(
          "it names "
              + names.size()
              + " activations, expected "
              + directions * usual.length
              + ", "
              + usual.length
              + " for each direction");
    }
    RecurrentActivation parameters = new RecurrentActivation(context);
    List<UnaryOperator<NDArray>> functions = names.stream().map(parameters::function).toList();
    List<List<UnaryOperator<NDArray>>> each = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      each.add(functions.subList(d * usual.length, (d + 1) * usual.length));
    }
    return each;
  }

  private static List<String> names(Node node) {
    return node.stringsAttribute("activations").orElse(List.of());
  }

  private UnaryOperator<NDArray> function(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> a -> a.getNDArrayInternal().sigmoid();
      case "tanh" -> NDArray::tanh;
      case "relu" -> a -> a.getNDArrayInternal().relu();
      case "softsign" -> a -> a.getNDArrayInternal().softSign();
      case "softplus" -> a -> a.getNDArrayInternal().softPlus();
      case "leakyrelu" -> {
        float alpha = next(alphas, 0.01f);
        yield a -> a.getNDArrayInternal().leakyRelu(alpha);
      }
      case "elu" -> {
        float alpha = next(alphas, 1);
        yield a -> a.getNDArrayInternal().elu(alpha);
      }
      case "thresholdedrelu" -> {
        float alpha = next(alphas, 1);
        yield a -> Where.select(a.gt(alpha), a, a.zerosLike());
      }
      case "affine" -> {
        // ONNX gives it no usual parameters.
        if (alphas.isEmpty() || betas.isEmpty()) {
          throw context.unsupported("its activation Affine has no activation_alpha or _beta");
        }
        float alpha = alphas.remove(0);
        float beta = betas.remove(0);
        yield a -> Scalars.times(a, alpha).add(beta);
      }
      case "hardsigmoid" -> {
        float alpha = next(alphas, 0.2f);
        float beta = next(betas, 0.5f);
        yield a -> Scalars.times(a, alpha).add(beta).clip(0, 1);
      }
      case "scaledtanh" -> {
        float alpha = next(alphas, 1);
        float beta = next(betas, 1);
        yield a -> Scalars.times(Scalars.times(a, beta).tanh(), alpha);
      }
      default -> throw context.unsupported("it names the activation " + name);
    };
  }

  /** Functions take their parameters from the lists in the order in which they are named. */
  private static float next(List<Float> values, float otherwise) {
    return values.isEmpty() ? otherwise : values.remove(0);
  }
}
