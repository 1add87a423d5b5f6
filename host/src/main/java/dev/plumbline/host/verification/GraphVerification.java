package dev.plumbline.host.verification;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GraphRun;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.DifferentiablePart;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeValues;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the differentiable graph of a model and ONNX Runtime side by side, with ONNX Runtime's
 * optimisations off, and compares every floating-point value on the way; then the logits with those
 * of the model as it is deployed, with all optimisations on.
 */
public final class GraphVerification {
  /** All values of a batch are in memory at once: that many floats of them, twice. */
  private static final long VALUES = 16L << 20;

  private static final int LARGEST_BATCH = 32;

  private final OnnxModel model;
  private final Optional<OnnxModel> original;
  private final Preprocessing preprocessing;
  private final Device device;

  /**
   * @param original gives the signal that the noise of {@code model} is measured against
   * @param preprocessing of both
   * @param device computes the differentiable graph
   */
  public GraphVerification(
      OnnxModel model, Optional<OnnxModel> original, Preprocessing preprocessing, Device device) {
    this.model = model;
    this.original = original;
    this.preprocessing = preprocessing;
    this.device = device;
  }

  /**
   * Compares.
   *
   * @throws BadInputException if the models do not take such pictures
   * @throws dev.plumbline.host.onnx.UnsupportedNodeException if the model cannot be differentiated
   */
  public Verification run(Dataset pictures, Progress progress) {
    if (pictures.size() == 0) {
      throw new BadInputException("there are no pictures to verify with, expected at least one");
    }
    ModelContract contract = ModelContract.of(model);
    contract.requireInputs(pictures, preprocessing);
    contract.requireClasses(pictures, preprocessing);
    original.ifPresent(
        o -> {
          ModelContract.requirePair(o, model);
          ModelContract.of(o).requireInputs(pictures, preprocessing);
        });
    int fixed = fixedBatch();
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, device)) {
      Map<String, LayerDifference> layers = layers(graph);
      Map<String, String> signals = signals(layers.keySet());
      List<String> signalNames = List.copyOf(new LinkedHashSet<>(signals.values()));
      int same = 0;
      DeployedDifference deployed = new DeployedDifference(model);
      try (RuntimeValues runtime = RuntimeValues.open(model, List.copyOf(layers.keySet()));
          RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu());
          Signal signal = Signal.of(original, signalNames);
          NDManager manager = DeviceArrays.owner();
          Progress.Step step = progress.begin("verifying", pictures.size())) {
        int to;
        int batch = fixed > 0 ? fixed : 1;
        for (int from = 0; from < pictures.size(); from = to) {
          to = Math.min(pictures.size(), from + batch);
          int rows = fixed > 0 ? fixed : to - from;
          float[] input = input(pictures, from, to, rows);
          long[] dims = ModelContract.inputDims(rows, pictures.inputShape(), preprocessing);
          Map<String, float[]> expected = runtime.run(input, dims);
          Map<String, float[]> clean = signal.run(input, dims);
          float[][] found = compare(graph, manager, input, dims, layers, expected);
          same += same(found, logits(contract, expected, rows), to - from);
          deployed.add(found, session.logits(input, dims), to - from);
          for (Map.Entry<String, String> pair : signals.entrySet()) {
            float[] value = expected.get(pair.getKey());
            float[] theirs = clean.get(pair.getValue());
            // A model that lost channels has values of the same name and another size.
            if (value != null && theirs != null && value.length == theirs.length) {
              layers.get(pair.getKey()).addNoise(value, theirs);
            }
          }
          layers.keySet().retainAll(expected.keySet());
          long ofPicture = expected.values().stream().mapToLong(v -> v.length).sum() / rows;
          if (fixed == 0) {
            batch = (int) Math.max(1, Math.min(LARGEST_BATCH, VALUES / Math.max(1, ofPicture)));
          }
          step.at(to, "");
        }
      }
      return new Verification(
          layers.values().stream().map(LayerDifference::result).toList(),
          pictures.size(),
          same,
          deployed.result());
    }
  }

  private String outputName() {
    return model.graph().output().name();
  }

  /** Pictures that run at once where one of the models fixes it, else 0. */
  private int fixedBatch() {
    int ofModel = model.batch();
    int ofOriginal = original.map(OnnxModel::batch).orElse(0);
    if (ofModel > 0 && ofOriginal > 0 && ofModel != ofOriginal) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes batches of "
              + ofModel
              + " and the original "
              + original.get().name()
              + " of "
              + ofOriginal
              + ", expected the same to compare layer by layer");
    }
    return Math.max(ofModel, ofOriginal);
  }

  private float[][] logits(ModelContract contract, Map<String, float[]> values, int rows) {
    if (!contract.classifies()) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (String output : contract.outputs()) {
        float[] of = values.get(output);
        outputs.put(output, Tensor.ofFloats(new long[] {rows, of.length / rows}, of));
      }
      return contract.rows(outputs, rows);
    }
    float[][] logits = rows(values.get(outputName()), rows);
    for (int row = 0; row < rows; row++) {
      logits[row] = contract.read(logits[row]);
    }
    return logits;
  }

  private int same(float[][] a, float[][] b, int pictures) {
    Task task = Tasks.of(model);
    int same = 0;
    for (int i = 0; i < pictures; i++) {
      same += task.differ(task.decide(a[i]), task.decide(b[i])) ? 0 : 1;
    }
    return same;
  }

  /** Values that the graph makes from the input, the logits last. */
  private Map<String, LayerDifference> layers(DifferentiableGraph graph) {
    Set<String> made = graph.computed();
    // ONNX Runtime does not show what is computed within functions and branches.
    Set<String> shown = new HashSet<>();
    model.proto().getGraph().getNodeList().forEach(n -> shown.addAll(n.getOutputList()));
    made.retainAll(shown);
    Map<String, Node> read = new LinkedHashMap<>();
    DifferentiablePart.before(model).readOutputs().forEach(output -> read.put(output.name(), null));
    RoundingAllowance rounding = RoundingAllowance.of(model);
    Map<String, LayerDifference> layers = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      for (String output : node.outputs()) {
        if (read.containsKey(output)) {
          read.put(output, node);
        } else if (made.contains(output)) {
          layers.put(output, new LayerDifference(output, node.operator(), rounding));
        }
      }
    }
    read.forEach(
        (output, node) ->
            layers.put(
                output,
                new LayerDifference(output, node == null ? "" : node.operator(), rounding)));
    return layers;
  }

  /**
   * Which value of the original stands for which of the model: that of the same name; for a
   * dequantized value, the one that was quantized.
   */
  private Map<String, String> signals(Set<String> values) {
    Map<String, String> signals = new LinkedHashMap<>();
    if (original.isEmpty()) {
      return signals;
    }
    Set<String> known = new HashSet<>();
    original.get().graph().nodes().forEach(node -> known.addAll(node.outputs()));
    Graph graph = model.graph();
    for (String value : values) {
      String source =
          graph
              .producer(value)
              .filter(n -> n.is("DequantizeLinear"))
              .flatMap(n -> graph.producer(n.inputs().get(0)))
              .map(n -> n.inputs().get(0))
              .orElse(value);
      if (known.contains(source)) {
        signals.put(value, source);
      }
    }
    List<ValueInfo> theirs = DifferentiablePart.before(original.get()).readOutputs();
    List<ValueInfo> ours = DifferentiablePart.before(model).readOutputs();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      signals.putIfAbsent(ours.get(i).name(), theirs.get(i).name());
    }
    return signals;
  }

  /** Pictures as input; the last of them fills the rows up. */
  private float[] input(Dataset pictures, int from, int to, int rows) {
    int each = pictures.inputShape().elements();
    float[] input = new float[Math.multiplyExact(rows, each)];
    for (int row = 0; row < rows; row++) {
      preprocessing.toInput(pictures.input(Math.min(from + row, to - 1)), input, row * each);
    }
    return input;
  }

  /** Compares all layers; returns the logits of the differentiable graph. */
  private float[][] compare(
      DifferentiableGraph graph,
      NDManager parent,
      float[] input,
      long[] dims,
      Map<String, LayerDifference> layers,
      Map<String, float[]> expected) {
    try (NDManager manager = parent.newSubManager()) {
      GraphRun run =
          graph.logitsAnd(
              DeviceArrays.on(graph.device(), manager.create(input, new Shape(dims))),
              new LinkedHashSet<>(expected.keySet()));
      for (Map.Entry<String, NDArray> value : run.captured().entrySet()) {
        layers
            .get(value.getKey())
            .add(
                value.getValue().toType(DataType.FLOAT32, false).toFloatArray(),
                expected.get(value.getKey()));
      }
      return rows(run.logits().toFloatArray(), (int) dims[0]);
    }
  }

  private static float[][] rows(float[] values, int rows) {
    int width = values.length / rows;
    List<float[]> parts = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      parts.add(Arrays.copyOfRange(values, i * width, (i + 1) * width));
    }
    return parts.toArray(float[][]::new);
  }

  /** The original's values, or nothing. */
  private record Signal(Optional<RuntimeValues> runtime) implements AutoCloseable {
    static Signal of(Optional<OnnxModel> original, List<String> names) {
      return new Signal(original.map(o -> RuntimeValues.open(o, names)));
    }

    Map<String, float[]> run(float[] input, long[] dims) {
      return runtime.map(r -> r.run(input, dims)).orElse(Map.of());
    }

    @Override
    public void close() {
      runtime.ifPresent(RuntimeValues::close);
    }
  }
}
