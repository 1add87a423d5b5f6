package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Layers that go through a sequence: each direction, each output, each optional input. */
final class RecurrentCases extends CaseFamily {
  private static final int[] OPSETS = {7, 14, 17};
  private static final int TIMES = 5;
  private static final int BATCH = 2;
  private static final int FEATURES = 3;
  private static final int HIDDEN = 4;
  private static final long[] SEQUENCE = {TIMES, BATCH, FEATURES};

  /** How many matrices the weights of an operator hold. */
  private static final Map<String, Integer> GATES = Map.of("RNN", 1, "GRU", 3, "LSTM", 4);

  /** Which inputs after the weights a case gives. */
  private enum Given {
    NONE,
    BIAS,
    LENGTHS,
    STATES,
    PEEPHOLES
  }

  @Override
  void fill() {
    for (String op : List.of("RNN", "GRU", "LSTM")) {
      for (String direction : List.of("forward", "reverse", "bidirectional")) {
        for (Given given : List.of(Given.NONE, Given.BIAS, Given.LENGTHS, Given.STATES)) {
          recurrent(op, given, 0, "direction", direction);
        }
        recurrent(op, Given.LENGTHS, 1, "direction", direction);
      }
      recurrent(op, Given.STATES, 0, "clip", 0.5f);
      for (String name : List.of("Relu", "Softsign", "Softplus", "LeakyRelu", "Elu")) {
        recurrent(op, Given.BIAS, 0, "activations", functions(op, name));
      }
      for (String name : List.of("Affine", "HardSigmoid", "ScaledTanh", "ThresholdedRelu")) {
        String[] functions = functions(op, name);
        float[] alphas = new float[functions.length];
        Arrays.fill(alphas, name.equals("ThresholdedRelu") ? 0.05f : 0.4f);
        float[] betas = new float[functions.length];
        Arrays.fill(betas, 0.7f);
        recurrent(
            op,
            Given.BIAS,
            0,
            "activations",
            functions,
            "activation_alpha",
            alphas,
            "activation_beta",
            name.equals("ThresholdedRelu") ? new float[0] : betas);
      }
    }
    recurrent("GRU", Given.BIAS, 0, "linear_before_reset", 1);
    recurrent("GRU", Given.STATES, 1, "linear_before_reset", 1, "direction", "bidirectional");
    recurrent("LSTM", Given.STATES, 2);
    recurrent("LSTM", Given.LENGTHS, 2, "direction", "bidirectional");
    recurrent("LSTM", Given.PEEPHOLES, 0);
    recurrent("LSTM", Given.PEEPHOLES, 0, "direction", "bidirectional", "clip", 0.5f);
    recurrent("LSTM", Given.BIAS, 0, "input_forget", 1);
  }

  /** The same function for all gates, so that it is tested in each place. */
  private static String[] functions(String op, String name) {
    int count = op.equals("LSTM") ? 3 : op.equals("GRU") ? 2 : 1;
    return Collections.nCopies(count, name).toArray(String[]::new);
  }

  /**
   * @param output which of the node's outputs is compared
   */
  private void recurrent(String op, Given given, int output, Object... attributes) {
    Map<String, Object> all = with(attributes);
    all.put("hidden_size", HIDDEN);
    String note = given + " output " + output + " " + text(with(attributes));
    int directions = "bidirectional".equals(all.get("direction")) ? 2 : 1;
    int gates = GATES.get(op);
    in(
        OPSETS,
        true,
        op,
        note,
        SEQUENCE,
        n -> {
          List<String> inputs = new ArrayList<>();
          inputs.add("x");
          inputs.add(n.random("w", -0.5, 0.5, directions, (long) gates * HIDDEN, FEATURES));
          inputs.add(n.random("r", -0.5, 0.5, directions, (long) gates * HIDDEN, HIDDEN));
          if (given != Given.NONE) {
            inputs.add(n.random("b", -1, 1, directions, 2L * gates * HIDDEN));
          }
          if (given.compareTo(Given.LENGTHS) >= 0) {
            inputs.add(
                n.builder().initializer("lengths", Tensor.ofInts(new long[] {BATCH}, TIMES, 3)));
          }
          if (given.compareTo(Given.STATES) >= 0) {
            inputs.add(n.random("h", -1, 1, directions, BATCH, HIDDEN));
            if (op.equals("LSTM")) {
              inputs.add(n.random("c", -1, 1, directions, BATCH, HIDDEN));
            }
          }
          if (given == Given.PEEPHOLES) {
            inputs.add(n.random("p", -1, 1, directions, 3L * HIDDEN));
          }
          List<String> outputs = new ArrayList<>(Collections.nCopies(output, ""));
          outputs.add("y");
          // The builder names a node by its first output, which may be left out.
          outputs.set(0, output == 0 ? "y" : "all");
          n.builder().node("", op, inputs, outputs, all);
          return "y";
        });
  }
}
