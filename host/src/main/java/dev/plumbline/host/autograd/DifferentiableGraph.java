package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.DifferentiablePart;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.TrainableForm;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model as a differentiable function from its input, N x C x H x W, to its logits, N x classes.
 * For a quantized model this is the proxy: QuantizeLinear and DequantizeLinear round as ONNX
 * Runtime does, with a straight-through gradient.
 *
 * <p>Used by one thread at a time. Gradients flow only while a {@link GradientTape} is open.
 */
public final class DifferentiableGraph implements AutoCloseable {
  private final OnnxModel model;

  /** What gradients flow through; the model itself where that is all of it. */
  private final OnnxModel part;

  private final NDManager manager;
  private final Device device;
  private final GraphProgram program;
  private final List<Parameter> parameters;
  private final Map<String, NDArray> statistics;
  private final Optional<LearnedScales> scales;
  private final OutputRows rows;

  /** Made when it first runs, as that may take a run of the model. */
  private Portions portions;

  private DifferentiableGraph(
      OnnxModel model,
      OnnxModel part,
      NDManager manager,
      Device device,
      GraphProgram program,
      List<Parameter> parameters,
      Map<String, NDArray> statistics,
      Optional<LearnedScales> scales) {
    this.model = model;
    this.part = part;
    this.manager = manager;
    this.device = device;
    this.program = program;
    this.parameters = List.copyOf(parameters);
    this.statistics = statistics;
    this.scales = scales;
    this.rows = OutputRows.of(part);
  }

  /**
   * A model whose parameters are constants, for searching and judging; what depends on constants
   * alone is computed here, once.
   *
   * @throws UnsupportedNodeException naming the operator, domain, opset and node that cannot be
   *     differentiated
   */
  public static DifferentiableGraph frozen(OnnxModel model, Device device) {
    return frozen(model, device, DataType.FLOAT32);
  }

  static DifferentiableGraph frozen(OnnxModel model, Device device, DataType precision) {
    return build(model, device, precision, Map.of(), Map.of(), false);
  }

  /**
   * A model whose parameters can be trained; a quantized one starts from its rounded weights. Where
   * operators take integers, as QLinearConv and ConvInteger do, weights are trained behind a
   * DequantizeLinear and go back into the model as integers.
   *
   * @throws UnsupportedNodeException if it has no weights that can be trained
   */
  public static DifferentiableGraph trainable(OnnxModel model, Device device) {
    return trainable(model, device, Map.of());
  }

  /**
   * Checks that a model has weights that can be trained, before anything is computed.
   *
   * @throws UnsupportedNodeException if it has none, saying what its weights are instead
   */
  public static void requireTrainable(OnnxModel model) {
    ParameterKind.ofTrainable(trainableForm(model));
  }

  /**
   * As {@link #trainable(OnnxModel, Device)}, from other floating-point values.
   *
   * @param masters values to start from, by name of the initializer; those that are missing start
   *     from the model's
   */
  public static DifferentiableGraph trainable(
      OnnxModel model, Device device, Map<String, Tensor> masters) {
    return build(
        model,
        device,
        DataType.FLOAT32,
        ParameterKind.ofTrainable(trainableForm(model)),
        masters,
        false);
  }

  /**
   * As {@link #trainable(OnnxModel, Device)}, with the scales of quantization among the parameters
   * (learned step size quantization, Esser et al. 2020). Zero points stay. A scale stays too where
   * it is computed, blocked, or read by a node that does not quantize and dequantize in one.
   */
  public static DifferentiableGraph trainableWithScales(OnnxModel model, Device device) {
    return build(
        model,
        device,
        DataType.FLOAT32,
        ParameterKind.ofTrainable(trainableForm(model)),
        Map.of(),
        true);
  }

  private static OnnxModel trainableForm(OnnxModel model) {
    return TrainableForm.of(DifferentiablePart.of(model));
  }

  private static DifferentiableGraph build(
      OnnxModel model,
      Device device,
      DataType precision,
      Map<String, ParameterKind> trained,
      Map<String, Tensor> masters,
      boolean learnsScales) {
    NDManager manager = DeviceArrays.owner();
    try {
      OnnxModel part = DifferentiablePart.of(model);
      OnnxModel computed = trained.isEmpty() ? part : TrainableForm.of(part);
      if (learnsScales && model.graph().quantizesDynamically()) {
        throw new BadInputException(
            "model "
                + model.name()
                + " finds its scales while it runs, expected constant ones to train them");
      }
      Optional<LearnedScales> scales =
          learnsScales
              ? Optional.of(new LearnedScales(computed.graph(), trained, manager, device))
              : Optional.empty();
      GraphCompiler compiler =
          new GraphCompiler(computed, manager, device, precision, trained, masters, scales);
      GraphProgram program = compiler.compile();
      List<Parameter> parameters = new ArrayList<>(compiler.parameters());
      scales.ifPresent(learned -> parameters.addAll(learned.parameters()));
      return new DifferentiableGraph(
          model, part, manager, device, program, parameters, compiler.statistics(), scales);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The model that this graph was made from. */
  public OnnxModel model() {
    return model;
  }

  /**
   * The part of the model that gradients flow through, which gives the rows of its task as well:
   * all of it, or what comes before the nodes that choose.
   */
  public OnnxModel part() {
    return part;
  }

  /** Where this graph computes; its inputs have to be there. */
  public Device device() {
    return device;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Computes logits; of a model that ends in a softmax, what that is given. Of a model that is no
   * classifier, the rows that its task reads.
   *
   * @param input N x C x H x W
   * @return N x classes or N x the length of a row, owned by the manager of {@code input}
   */
  public NDArray logits(NDArray input) {
    return run(input, Set.of(), mode(input)).logits();
  }

  /**
   * Computes logits, keeping some values on the way.
   *
   * @param captured names of values in the graph
   */
  public GraphRun logitsAnd(NDArray input, Set<String> captured) {
    return run(input, captured, mode(input));
  }

  /**
   * Names of values that are computed from the input, each of which can be captured; not those that
   * are computed in one with what follows.
   */
  public Set<String> computed() {
    return program.computed();
  }

  /** Computes logits for a step of training: normalisation follows the batch. */
  public NDArray logitsInTraining(NDArray input) {
    return run(input, Set.of(), Inputs.Mode.TRAINING).logits();
  }

  private Inputs.Mode mode(NDArray input) {
    return input.hasGradient() || GradientTape.isOpen() && !parameters.isEmpty()
        ? Inputs.Mode.GRADIENT
        : Inputs.Mode.INFERENCE;
  }

  private GraphRun run(NDArray input, Set<String> captured, Inputs.Mode mode) {
    if (portions == null) {
      portions = new Portions(part);
    }
    // The scope closes whatever operators made on the way, whoever owns it.
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      GraphRun run =
          portions.run(
              input,
              part -> once(part, captured, mode),
              part -> once(part, Set.of(), Inputs.Mode.INFERENCE));
      run.release(input.getManager());
      return run;
    }
  }

  private GraphRun once(NDArray input, Set<String> captured, Inputs.Mode mode) {
    List<String> read = rows.values();
    if (read.size() == 1) {
      GraphRun run = program.run(input, captured, mode);
      return new GraphRun(
          rows.rows(List.of(run.logits()), input.getShape().get(0)), run.captured());
    }
    Set<String> wanted = new LinkedHashSet<>(captured);
    wanted.addAll(read);
    GraphRun run = program.run(input, wanted, mode);
    List<NDArray> found = read.stream().map(run.captured()::get).toList();
    Map<String, NDArray> asked = new HashMap<>(run.captured());
    asked.keySet().retainAll(captured);
    return new GraphRun(rows.rows(found, input.getShape().get(0)), asked);
  }

  /** The model's output as it stands, of one run, for any model. */
  NDArray output(NDArray input) {
    String name = part.graph().output().name();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      GraphRun run = program.run(input, Set.of(name), mode(input));
      run.release(input.getManager());
      return run.captured().get(name);
    }
  }

  /**
   * What runs take, found by running on some pictures.
   *
   * @param one 1 x C x H x W; repeated for a model that fixes how many pictures it takes at once
   */
  public RunMemory memory(NDArray one) {
    int together = Math.max(1, part.batch());
    return Unrecorded.compute(() -> measured(together == 1 ? one : one.repeat(0, together)));
  }

  private RunMemory measured(NDArray input) {
    long pictures = input.getShape().get(0);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      RunMeter one = program.measure(input);
      boolean anyBatch = part.batch() == 0;
      return anyBatch
          ? RunMemory.of(one, program.measure(input.concat(input, 0)), pictures)
          : RunMemory.of(one, pictures);
    }
  }

  /** The model with the values that its parameters and statistics have now. */
  public OnnxModel export() {
    Map<String, Tensor> values = new HashMap<>();
    Map<String, Tensor> learned = scales.map(LearnedScales::values).orElse(Map.of());
    // Weights are rounded in steps of the size that the scales have now.
    OnnxModel scaled = TrainableForm.of(model).withConstants(learned);
    for (Parameter parameter : parameters) {
      values.put(parameter.name(), parameter.folded(scaled.graph()));
    }
    values.putAll(learned);
    for (Map.Entry<String, NDArray> entry : new LinkedHashMap<>(statistics).entrySet()) {
      NDArray array = entry.getValue();
      values.put(
          entry.getKey(), Tensor.ofFloats(array.getShape().getShape(), array.toFloatArray()));
    }
    // A bias of integers has a scale of its own in the trained form alone.
    values.keySet().retainAll(model.graph().constants().keySet());
    return model.withConstants(values);
  }

  @Override
  public void close() {
    manager.close();
  }
}
