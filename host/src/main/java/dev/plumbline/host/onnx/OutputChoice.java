package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ClassAxis.Declared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of a model's outputs holds the scores of classes. */
public final class OutputChoice {
  /** Under which the choice is kept in a model's metadata. */
  static final String METADATA = "plumbline.output";

  private static final Set<Integer> READ =
      Set.of(
          0,
          ElementType.FLOAT.onnxNumber(),
          ElementType.FLOAT16.onnxNumber(),
          ElementType.DOUBLE.onnxNumber());

  private OutputChoice() {}

  /**
   * The graph with its scores at the output that the metadata names, or else the likeliest.
   *
   * @param rows of a task that is no classification: its outputs are read
   */
  static Graph applied(
      Graph graph, Optional<String> named, boolean oneNumber, Optional<RowReading> rows) {
    if (rows.isPresent()) {
      return graph.withOutputs(
          rows.get().names().stream().map(name -> find(graph, name, "its task")).toList());
    }
    if (named.isPresent()) {
      return graph.withOutput(find(graph, named.get(), "its metadata " + METADATA));
    }
    List<ValueInfo> likely = oneNumber ? ofOneNumber(graph) : candidates(graph);
    return likely.stream().findFirst().map(graph::withOutput).orElse(graph);
  }

  private static ValueInfo find(Graph graph, String name, String who) {
    return graph.outputs().stream()
        .filter(output -> output.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    who + " names the output " + name + ", expected one of " + list(graph)));
  }

  /** Whether an output is of a type that scores have. */
  public static boolean hasScoreType(ValueInfo output) {
    return output.isTensor() && READ.contains(output.elementType());
  }

  /** Outputs that may be scores; of logits and their softmax only the logits. */
  static List<ValueInfo> candidates(Graph graph) {
    List<ValueInfo> fitting = new ArrayList<>();
    for (ValueInfo output : graph.outputs()) {
      if (hasScoreType(output)
          && ClassAxis.declared(output, graph.input().fixedBatch()) == Declared.SCORES) {
        fitting.add(output);
      }
    }
    Set<String> names = fitting.stream().map(ValueInfo::name).collect(Collectors.toSet());
    fitting.removeIf(
        output ->
            OutputReading.of(graph.withOutput(output))
                .logits()
                .filter(names::contains)
                .isPresent());
    return fitting;
  }

  /** Outputs that may be the one number of a binary model. */
  static List<ValueInfo> ofOneNumber(Graph graph) {
    int batch = graph.input().fixedBatch();
    return graph.outputs().stream()
        .filter(OutputChoice::hasScoreType)
        .filter(o -> o.shape().isEmpty() || ClassAxis.declared(o, batch) == Declared.ONE_NUMBER)
        .toList();
  }

  /** All outputs, for messages. */
  static String list(Graph graph) {
    return graph.outputs().stream().map(ValueInfo::text).collect(Collectors.joining(", "));
  }

  /**
   * A model with its scores at the right output.
   *
   * @param named what the user says, where he does
   * @param classNames of the data or the corpus; none where it lists no classes
   * @throws BadInputException if there is no such output, or several may be meant
   */
  public static OnnxModel of(OnnxModel model, Optional<String> named, List<String> classNames) {
    Graph graph = model.graph();
    OptionalInt classes =
        classNames.isEmpty() ? OptionalInt.empty() : OptionalInt.of(classNames.size());
    if (named.isPresent()) {
      ValueInfo output = find(graph, named.get(), "--output");
      return model.withOutput(output.name());
    }
    if (model.metadata(METADATA).isPresent()
        || (model.givesOneNumber() ? ofOneNumber(graph) : candidates(graph)).size() < 2) {
      return model;
    }
    if (model.givesOneNumber()) {
      throw ambiguous(model, OptionalInt.empty());
    }
    List<ValueInfo> candidates = candidates(graph);
    int batch = graph.input().fixedBatch();
    List<ValueInfo> exact =
        candidates.stream()
            .filter(output -> isOf(ClassAxis.classes(output, batch), classes))
            .toList();
    // One that declares another number is out; one that declares none only comes into question
    // where no other is right.
    List<ValueInfo> fitting =
        exact.size() == 1
            ? exact
            : candidates.stream()
                .filter(
                    output ->
                        classes.isEmpty()
                            || ClassAxis.classes(output, batch).isEmpty()
                            || exact.contains(output))
                .toList();
    if (fitting.size() != 1) {
      throw ambiguous(model, classes);
    }
    return model.withOutput(fitting.get(0).name());
  }

  private static boolean isOf(OptionalLong declared, OptionalInt classes) {
    return declared.isPresent()
        && classes.isPresent()
        && declared.getAsLong() == classes.getAsInt();
  }

  /**
   * A sentence for the user where a model has outputs that are left out.
   *
   * @param chosen a model that {@link #of} gave
   */
  public static Optional<String> sentence(OnnxModel chosen) {
    Graph graph = chosen.graph();
    return graph.outputs().size() < 2
        ? Optional.empty()
        : Optional.of(
            "model "
                + chosen.name()
                + " has the outputs "
                + list(graph)
                + "; its scores are read from "
                + graph.output().name());
  }

  static BadInputException ambiguous(OnnxModel model, OptionalInt classes) {
    return new BadInputException(
        "model "
            + model.name()
            + " has the outputs "
            + list(model.graph())
            + (classes.isPresent() ? " and the data " + classes.getAsInt() + " classes" : "")
            + ", and more than one or none may be its scores: expected --output NAME");
  }
}
