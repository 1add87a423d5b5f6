package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the channels that a model's convolutions make through its graph: which of them can only
 * be removed together, which have to stay, and what has to change when some are removed. What
 * reaches an operator that no {@link ChannelRule} is known for stays.
 */
final class ChannelFlow {
  private final Graph graph;
  private final Map<String, long[]> shapes;
  private final ChannelSets sets = new ChannelSets();
  private final Map<String, Channels> channels = new HashMap<>();
  private final Map<String, int[]> sizes = new HashMap<>();
  private final List<FilterLayer> layers = new ArrayList<>();
  private final List<ChannelEdit> edits = new ArrayList<>();

  private ChannelFlow(Graph graph, Map<String, long[]> shapes) {
    this.graph = graph;
    this.shapes = shapes;
  }

  /**
   * Follows the channels of a float model.
   *
   * @param shapes dimensions of the values of type float
   */
  static ChannelFlow of(OnnxModel model, Map<String, long[]> shapes) {
    ChannelFlow flow = new ChannelFlow(model.graph(), shapes);
    model.graph().nodes().forEach(flow::follow);
    model
        .proto()
        .getGraph()
        .getOutputList()
        .forEach(
            output -> {
              String reason = "its channels are the output " + output.getName();
              Optional.ofNullable(flow.channels.get(output.getName()))
                  .ifPresent(c -> flow.sets.keep(c.ids(), reason));
              Optional.ofNullable(flow.sizes.get(output.getName()))
                  .ifPresent(ids -> flow.sets.keep(ids, reason));
            });
    return flow;
  }

  private void follow(Node node) {
    Optional<ChannelRule> rule = ChannelRules.of(node);
    boolean reached = node.inputs().stream().anyMatch(i -> channels.containsKey(i));
    if (reached || node.is("Conv")) {
      rule.map(r -> r.follow(node, this))
          .orElseGet(() -> whole(node, "through which channels are not followed"))
          .ifPresent(c -> channels.put(node.output(), c));
    }
    ChannelSizes.follow(node, this);
  }

  ChannelSets sets() {
    return sets;
  }

  /** The convolutions, in order. */
  List<FilterLayer> layers() {
    return layers;
  }

  List<ChannelEdit> edits() {
    return edits;
  }

  void layer(FilterLayer layer) {
    layers.add(layer);
  }

  void edit(ChannelEdit edit) {
    edits.add(edit);
  }

  /** Channels of a node's input. */
  Optional<Channels> channels(Node node, int input) {
    return node.input(input).map(channels::get);
  }

  /** Channels that a whole number, or a list of them, counts; none where it counts no channels. */
  Optional<int[]> sizes(String value) {
    return Optional.ofNullable(sizes.get(value));
  }

  /** Channels of the value whose shape a node's first input is, if it is one. */
  Optional<Channels> channelsBeforeShape(Node node) {
    return graph
        .producer(node.inputs().get(0))
        .filter(from -> from.is("Shape"))
        .flatMap(from -> channels(from, 0));
  }

  void size(String value, int[] ids) {
    sizes.put(value, ids);
  }

  /** Dimensions of a float value or a constant, if they are known. */
  Optional<long[]> shape(String value) {
    return Optional.ofNullable(shapes.get(value)).or(() -> constant(value).map(Tensor::dims));
  }

  /** A float constant at a node's input. */
  Optional<Tensor> floats(Node node, int input) {
    return node.input(input).flatMap(this::constant).filter(t -> t.type() == ElementType.FLOAT);
  }

  /** Whole numbers that are constant at a node's input. */
  Optional<long[]> longs(Node node, int input) {
    return node.input(input)
        .flatMap(this::constant)
        .filter(t -> !t.type().isFloatingPoint())
        .map(Tensor::longs);
  }

  private Optional<Tensor> constant(String value) {
    return graph.constant(value);
  }

  /**
   * Keeps all channels that reach a node.
   *
   * @param why goes on where the node's name ends
   * @return nothing, as a rule's answer
   */
  Optional<Channels> whole(Node node, String why) {
    for (String input : node.inputs()) {
      if (channels.containsKey(input)) {
        sets.keep(channels.get(input).ids(), reaches(node) + why);
      }
    }
    return Optional.empty();
  }

  /** As {@link #whole}, for channels whose number reaches a node. */
  void wholeSizes(Node node, int[] ids) {
    sets.keep(ids, "their number reaches " + node + ", which computes with it");
  }

  private static String reaches(Node node) {
    return "its channels reach " + node + ", ";
  }

  /**
   * The node sums over channels: only those that would be 0 can be removed without changing what
   * the others make.
   */
  void requireZero(Node node, Channels summed) {
    summed
        .nonzero()
        .ifPresent(
            by ->
                sets.keep(
                    summed.ids(), by + ", before " + node + ", makes something else than 0 of 0"));
  }
}
