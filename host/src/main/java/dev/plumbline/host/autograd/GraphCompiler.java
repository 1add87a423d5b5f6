package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a model's graph into a program: used once per graph. */
final class GraphCompiler {
  private final OnnxModel model;
  private final Graph graph;
  private final NDManager manager;
  private final Device device;
  private final DataType precision;
  private final Map<String, ParameterKind> trained;
  private final ConstantValues values;
  private final ElementTypes types;
  private final Optional<LearnedScales> scales;

  private final Map<String, Integer> slots = new HashMap<>();
  private final Map<String, Value> constants = new LinkedHashMap<>();
  private final Map<String, NDArray> statistics = new LinkedHashMap<>();

  GraphCompiler(
      OnnxModel model,
      NDManager manager,
      Device device,
      DataType precision,
      Map<String, ParameterKind> trained,
      Map<String, Tensor> masters,
      Optional<LearnedScales> scales) {
    this.model = model;
    this.graph = model.graph();
    this.manager = manager;
    this.device = device;
    this.precision = precision;
    this.trained = trained;
    this.values = new ConstantValues(model, manager, device, precision, trained, masters);
    this.scales = scales;
    this.types = new ElementTypes(graph);
  }

  List<Parameter> parameters() {
    return values.parameters();
  }

  /** The running statistics of normalisation, which training moves, by initializer. */
  Map<String, NDArray> statistics() {
    return statistics;
  }

  GraphProgram compile() {
    slot(graph.input().name());
    graph.constants().forEach((name, tensor) -> constants.put(name, values.of(name, tensor)));
    graph.fixedInputs().forEach((name, tensor) -> constants.put(name, values.of(name, tensor)));
    constants.keySet().forEach(this::slot);
    collectStatistics();
    List<GraphProgram.Step> steps = new ArrayList<>();
    for (Node node : graph.scoreNodes()) {
      if (fusedAway(node)) {
        continue;
      }
      try {
        GraphProgram.Step step = compile(node);
        if (isConstant(step, node)) {
          foldConstant(step, node);
        } else {
          steps.add(step);
        }
      } catch (RuntimeException e) {
        throw GraphProgram.notComputed(node.toString(), e);
      }
    }
    Value[] known = new Value[slots.size()];
    constants.forEach((name, value) -> known[slots.get(name)] = value);
    return new GraphProgram(
        device,
        precision,
        graph.input().fixedBatch() == 0,
        known,
        slots,
        steps,
        graph.input().name(),
        OutputRows.of(model).values().get(0));
  }

  private int slot(String value) {
    return slots.computeIfAbsent(value, name -> slots.size());
  }

  private void collectStatistics() {
    if (trained.isEmpty()) {
      return;
    }
    for (Node node : graph.scoreNodes()) {
      if (node.is("BatchNormalization")) {
        for (String name : node.inputs().subList(3, 5)) {
          if (constants.get(name) instanceof Value.Array array) {
            statistics.put(name, array.array());
          }
        }
      }
    }
  }

  private GraphProgram.Step compile(Node node) {
    NodeContext context = context(node);
    Optional<Node> conv = convolutionBefore(node);
    if (conv.isPresent()) {
      return normalized(conv.get(), node);
    }
    Optional<Node> quantizer = quantizerBefore(node);
    if (quantizer.isPresent()) {
      // Quantizing and dequantizing at once: one pass less over the array, twice.
      Node before = quantizer.get();
      Kernel kernel = round(context(before));
      return step(node, kernel, new int[] {slot(before.inputs().get(0))});
    }
    Optional<StoredIntegers> integers = trainedIntegers(node);
    if (integers.isPresent()) {
      String initializer = integers.get().initializer();
      Tensor quantized = graph.constants().get(initializer);
      Kernel kernel = fakeQuantize(context, quantized.type());
      return step(
          node,
          integers.get().isNarrowed()
              ? NarrowedWeights.before(kernel, context, quantized.dims(), integers.get())
              : kernel,
          new int[] {slot(initializer)});
    }
    Kernel kernel = OperatorRegistry.DEFAULT.compile(context);
    int[] inputs =
        node.inputs().stream().mapToInt(name -> name.isEmpty() ? -1 : slot(name)).toArray();
    return step(node, kernel, inputs);
  }

  /** The integers of a DequantizeLinear, where they are trained. */
  private Optional<StoredIntegers> trainedIntegers(Node node) {
    return trained.isEmpty() || !node.dequantizes()
        ? Optional.empty()
        : StoredIntegers.of(graph, node).filter(i -> trained.containsKey(i.initializer()));
  }

  private NodeContext context(Node node) {
    return new NodeContext(
        node, model.opset(node.domain()), manager, device, precision, this::known, types::of);
  }

  /** A constant of the model, or whole numbers that follow from constants. */
  private Optional<Tensor> known(String name) {
    return graph
        .constant(name)
        .or(() -> Optional.ofNullable(graph.fixedInputs().get(name)))
        .or(
            () ->
                constants.get(name) instanceof Value.Integers integers
                    ? Optional.of(Tensor.ofLongs(integers.dims(), integers.values()))
                    : Optional.empty());
  }

  private GraphProgram.Step step(Node node, Kernel kernel, int[] inputs) {
    int[] outputs =
        node.outputs().stream().mapToInt(name -> name.isEmpty() ? -1 : slot(name)).toArray();
    return new GraphProgram.Step(node.toString(), kernel, inputs, outputs, new int[0]);
  }

  /** As deployed where nothing is trained: masters of weights are no multiples of their scales. */
  private Kernel round(NodeContext context) {
    ElementType type = QuantizeLinear.type(context);
    Optional<Kernel> deployed =
        trained.isEmpty() ? DeployedRounding.of(graph, context, type) : Optional.empty();
    return deployed.orElseGet(() -> fakeQuantize(context, type));
  }

  private Kernel fakeQuantize(NodeContext context, ElementType type) {
    return scales
        .flatMap(learned -> learned.fakeQuantize(context, type))
        .orElseGet(() -> QuantizeLinear.fakeQuantize(context, type));
  }

  private Optional<Node> quantizerBefore(Node node) {
    return ScaleGroups.quantizerBefore(graph, node);
  }

  /** The convolution that a BatchNormalization is computed with, where nothing is trained. */
  private Optional<Node> convolutionBefore(Node node) {
    return trained.isEmpty() ? BatchNormFolding.convolutionBefore(graph, node) : Optional.empty();
  }

  private GraphProgram.Step normalized(Node conv, Node norm) {
    BatchNormFolding.Folded folded = BatchNormFolding.folded(graph, conv, norm);
    // Names that no value of a model can have: two of them in one.
    String weight = norm.inputs().get(1) + "\n" + conv.inputs().get(1);
    String bias = norm.inputs().get(2) + "\n" + conv.inputs().get(1);
    constants.put(weight, new Value.Array(values.array(folded.weight())));
    constants.put(bias, new Value.Array(values.array(folded.bias())));
    release(conv.inputs().subList(1, conv.inputs().size()));
    release(norm.inputs().subList(1, norm.inputs().size()));
    int[] inputs = {slot(conv.inputs().get(0)), slot(weight), slot(bias)};
    return step(norm, OperatorRegistry.DEFAULT.compile(context(conv)), inputs);
  }

  /** Frees constants that nothing else takes. */
  private void release(List<String> names) {
    for (String name : names) {
      if (graph.consumers(name).size() == 1
          && constants.get(name) instanceof Value.Array array
          && !graph.isOutput(name)) {
        constants.remove(name);
        array.array().close();
      }
    }
  }

  /** Whether trained integers pass through it, whose DequantizeLinear does its work. */
  private boolean narrowsTrained(Node node) {
    Optional<Node> end = Optional.of(node);
    while (end.isPresent() && !end.get().dequantizes()) {
      List<Node> consumers = graph.consumers(end.get().output());
      end = consumers.size() == 1 ? Optional.of(consumers.get(0)) : Optional.empty();
    }
    return end.flatMap(this::trainedIntegers).filter(i -> i.between().contains(node)).isPresent();
  }

  /** Whether the consumer of a convolution, or every one of a QuantizeLinear, does its work. */
  private boolean fusedAway(Node node) {
    if (!trained.isEmpty() && narrowsTrained(node)) {
      return true;
    }
    if (node.is("Conv") && graph.consumers(node.output()).size() == 1) {
      return convolutionBefore(graph.consumers(node.output()).get(0))
          .filter(conv -> conv == node)
          .isPresent();
    }
    return node.quantizes()
        && !graph.isOutput(node.output())
        && !graph.consumers(node.output()).isEmpty()
        && graph.consumers(node.output()).stream()
            .allMatch(c -> quantizerBefore(c).filter(q -> q == node).isPresent());
  }

  private boolean isConstant(GraphProgram.Step step, Node node) {
    return step.inputs().length > 0
        && node.inputs().stream()
            .filter(name -> !name.isEmpty())
            .allMatch(name -> constants.containsKey(name) && !trained.containsKey(name));
  }

  private void foldConstant(GraphProgram.Step step, Node node) {
    Value[] in =
        node.inputs().stream()
            .map(name -> name.isEmpty() ? null : constants.get(name))
            .toArray(Value[]::new);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Value[] out = step.run(new Inputs(manager, device, precision, in, Inputs.Mode.INFERENCE, 1));
      for (int i = 0; i < Math.min(out.length, node.outputs().size()); i++) {
        if (out[i] instanceof Value.Array array) {
          NDScope.unregister(array.array());
          array.array().attach(manager);
        }
        if (!node.outputs().get(i).isEmpty()) {
          constants.put(node.outputs().get(i), out[i]);
        }
      }
    }
  }
}
