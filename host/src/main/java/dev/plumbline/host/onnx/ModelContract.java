package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What a model takes and gives as a classifier of pictures, checked when it is opened: one
 * floating-point input, and one output with a number for each of at least two classes, or one
 * number of a model that is said to be binary. Every verb and every judge goes by it.
 */
public final class ModelContract {
  private final OnnxModel model;
  private final InputContract input;
  private final Optional<RowReading> rows;

  private ModelContract(OnnxModel model) {
    this.model = model;
    this.input = new InputContract(model);
    this.rows = model.rows();
  }

  /**
   * Checks a model.
   *
   * @throws BadInputException in a sentence that says what the model has and what was expected
   */
  public static ModelContract of(OnnxModel model) {
    ModelContract contract = new ModelContract(model);
    contract.input.requireInput();
    if (contract.rows.isEmpty()) {
      contract.requireOutput();
    }
    return contract;
  }

  /** Whether the input is of integers or truth values, which no gradient moves. */
  public boolean takesWholeNumbers() {
    return input.takesWholeNumbers();
  }

  /**
   * Checks that the input may be pictures.
   *
   * @throws BadInputException if it has another number of dimensions
   */
  public void requirePictureInput() {
    input.requirePictureInput();
  }

  private void requireOutput() {
    Graph graph = model.graph();
    ValueInfo output = graph.output();
    boolean chosen = model.metadata(OutputChoice.METADATA).isPresent();
    boolean binary = model.givesOneNumber();
    int likely = (binary ? OutputChoice.ofOneNumber(graph) : OutputChoice.candidates(graph)).size();
    if (!chosen && likely > 1) {
      throw OutputChoice.ambiguous(model, OptionalInt.empty());
    }
    if (!OutputChoice.hasScoreType(output)) {
      throw refused(", expected float scores of classes");
    }
    switch (ClassAxis.declared(output, graph.input().fixedBatch())) {
      case ONE_NUMBER -> {
        if (!binary) {
          throw oneNumber(model);
        }
      }
      case OTHER -> throw refused(", expected one number for each class: batch x classes");
      case SCORES -> {
        if (binary && output.shape().isPresent()) {
          throw refused(", expected one number for each picture of a binary model");
        }
      }
    }
    if (!binary && OutputReading.of(graph).kind() == ScoreKind.INDEPENDENT) {
      throw refused(
          " after a sigmoid, one question for each class: expected logits or a softmax, or --task"
              + " multi-label for a model that may give a picture several labels");
    }
  }

  private BadInputException refused(String why) {
    boolean several = model.graph().outputs().size() > 1;
    return new BadInputException(
        "model "
            + model.name()
            + " gives "
            + model.graph().output().text()
            + (several ? " of its outputs " + OutputChoice.list(model.graph()) : "")
            + why);
  }

  private static BadInputException oneNumber(OnnxModel model) {
    return new BadInputException(
        "model "
            + model.name()
            + " gives one number for each picture (output "
            + model.graph().output().text()
            + "), expected a number for each of at least two classes, or --task binary where it is"
            + " the score of the second of two classes");
  }

  /** Whether it is read as a classifier, or else by rows of a task that is none. */
  public boolean classifies() {
    return rows.isEmpty();
  }

  /** Names of the outputs that are read. */
  public List<String> outputs() {
    return model.graph().readOutputs().stream().map(ValueInfo::name).toList();
  }

  /** How the scores of a classifier are read. */
  public ScoreKind scores() {
    return model.scores();
  }

  /** Pictures that the model takes at once where that is fixed, else 0. */
  public int fixedBatch() {
    return model.batch();
  }

  /** Whether it takes any number of pictures at once, each on its own. */
  public boolean takesAnyBatch() {
    return model.batch() == 0;
  }

  /** Number of classes, where it is a classifier and declares it. */
  public OptionalInt declaredClasses() {
    if (!classifies()) {
      return OptionalInt.empty();
    }
    if (model.givesOneNumber()) {
      return OptionalInt.of(2);
    }
    OptionalLong classes =
        ClassAxis.classes(model.graph().output(), model.graph().input().fixedBatch());
    return classes.isPresent()
        ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, classes.getAsLong()))
        : OptionalInt.empty();
  }

  /**
   * Number of classes of a classifier, found by running the model where it does not declare it.
   *
   * @throws BadInputException if it does not take such pictures
   */
  public int classes(InputShape shape, Preprocessing preprocessing) {
    requireInputs(shape, preprocessing);
    OptionalInt declared = declaredClasses();
    if (declared.isPresent()) {
      return declared.getAsInt();
    }
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      return session
          .logits(new float[shape.elements()], inputDims(1, shape, preprocessing))[0]
          .length;
    }
  }

  /** Dimensions of a model's input for a batch. */
  public static long[] inputDims(int batch, InputShape shape, Preprocessing preprocessing) {
    return shape instanceof PictureShape picture
        ? inputDims(batch, picture, preprocessing)
        : LongStream.concat(
                LongStream.of(batch),
                ((TensorShape) shape).dims().stream().mapToLong(Integer::longValue))
            .toArray();
  }

  private static long[] inputDims(int batch, PictureShape shape, Preprocessing preprocessing) {
    return preprocessing.layout() == Layout.NCHW
        ? new long[] {batch, shape.channels(), shape.height(), shape.width()}
        : new long[] {batch, shape.height(), shape.width(), shape.channels()};
  }

  /**
   * Checks that the model takes the inputs of a data set.
   *
   * @throws BadInputException if it does not, or they are pictures where tensors are expected, or
   *     the other way round
   */
  public void requireInputs(Dataset data, Preprocessing preprocessing) {
    input.requireInputs(data, preprocessing);
  }

  /** As {@link #requireInputs(Dataset, Preprocessing)}, of inputs of a shape. */
  public void requireInputs(InputShape shape, Preprocessing preprocessing) {
    input.requireInputs(shape, preprocessing);
  }

  /**
   * Checks that the model takes pictures of a size.
   *
   * @throws BadInputException if it does not
   */
  public void requirePictures(PictureShape shape, Preprocessing preprocessing) {
    input.requirePictures(shape, preprocessing);
  }

  /**
   * Checks that labelled pictures and the model speak of the same classes. Data without a list of
   * classes passes: nothing in it is counted by class.
   *
   * @throws BadInputException if one of them knows more classes than the other
   */
  public void requireClasses(Dataset data, Preprocessing preprocessing) {
    if (!classifies()) {
      requireInputs(data, preprocessing);
      return;
    }
    requireClasses(classes(data.inputShape(), preprocessing), data.classNames());
  }

  /** As {@link #requireClasses(Dataset, Preprocessing)}, with what the model was found to give. */
  void requireClasses(int classes, List<String> names) {
    if (!classifies() || names.isEmpty() || names.size() == classes) {
      return;
    }
    List<String> first = names.subList(0, Math.min(5, names.size()));
    throw new BadInputException(
        "model "
            + model.name()
            + " tells "
            + classes
            + " classes apart and the data "
            + names.size()
            + " ("
            + String.join(", ", first)
            + (first.size() < names.size() ? ", ..." : "")
            + "), expected the same number: --classes FILE names the classes of the model,"
            + " --label-offset N shifts the labels of the data");
  }

  /**
   * Checks that two models can be an original and its compressed version.
   *
   * @throws BadInputException if their inputs or their numbers of classes differ
   */
  public static void requirePair(OnnxModel original, OnnxModel compressed) {
    ModelContract o = of(original);
    ModelContract c = of(compressed);
    ValueInfo oInput = original.graph().input();
    ValueInfo cInput = compressed.graph().input();
    int dims = Math.min(oInput.dims().size(), cInput.dims().size());
    for (int i = 1; i < dims; i++) {
      long ofOriginal = oInput.dims().get(i);
      long ofCompressed = cInput.dims().get(i);
      if (ofOriginal >= 0 && ofCompressed >= 0 && ofOriginal != ofCompressed) {
        throw new BadInputException(
            "original "
                + original.name()
                + " takes "
                + oInput.shapeText()
                + " and compressed "
                + compressed.name()
                + " takes "
                + cInput.shapeText()
                + ", expected the same shape");
      }
    }
    String oFixed = FixedInputs.text(original.graph().fixedInputs());
    if (!oFixed.equals(FixedInputs.text(compressed.graph().fixedInputs()))) {
      throw new BadInputException(
          "original "
              + original.name()
              + " and compressed "
              + compressed.name()
              + " get different fixed inputs, expected the same: --fixed-input "
              + FixedInput.SYNTAX
              + " fixes them for both");
    }
    OptionalInt oClasses = o.declaredClasses();
    OptionalInt cClasses = c.declaredClasses();
    if (oClasses.isPresent()
        && cClasses.isPresent()
        && oClasses.getAsInt() != cClasses.getAsInt()) {
      throw new BadInputException(
          "original "
              + original.name()
              + " knows "
              + oClasses.getAsInt()
              + " classes and compressed "
              + compressed.name()
              + " "
              + cClasses.getAsInt()
              + ", expected the same number");
    }
  }

  /**
   * Reads what a run gave for pictures, wherever it ran.
   *
   * @param outputs of the run by name, those of {@link #outputs} among them
   * @param pictures that ran
   * @return a row for each picture: of a classifier its logits, its own or the logarithms of its
   *     probabilities; else the numbers that its task reads
   * @throws BadInputException if they are no scores of classes, or not finite
   */
  public float[][] rows(Map<String, Tensor> outputs, int pictures) {
    if (!classifies()) {
      return rows.get().rows(outputs, pictures);
    }
    // An agent of version 1 gives one output, without its name.
    Tensor scores =
        outputs.size() == 1
            ? outputs.values().iterator().next()
            : outputs.get(model.graph().output().name());
    return logits(scores, pictures);
  }

  private float[][] logits(Tensor output, int pictures) {
    if (!output.type().isFloatingPoint()) {
      throw noScores(ElementType.nameOf(output.type().onnxNumber()), output.dims());
    }
    return logits(output.floats(), output.dims(), pictures);
  }

  /** A run gave something of another type than scores have. */
  BadInputException noScores(String type, long[] shape) {
    return new BadInputException(
        "model "
            + model.name()
            + " puts out "
            + type
            + " "
            + Arrays.toString(shape)
            + " as "
            + model.graph().output().name()
            + ", expected float scores of classes");
  }

  /**
   * Reads what a run gave for pictures.
   *
   * @param values of the output, row-major
   * @param shape of the output
   * @param pictures that ran
   * @return logits, a row for each picture: the model's own, or the logarithms of its probabilities
   * @throws BadInputException if they are no scores of classes, or not finite
   */
  float[][] logits(float[] values, long[] shape, int pictures) {
    OptionalLong width = ClassAxis.width(shape, pictures);
    if (width.isEmpty()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " puts out "
              + Arrays.toString(shape)
              + " for a batch of "
              + pictures
              + ", expected batch x classes");
    }
    if (width.getAsLong() == 1 && !model.givesOneNumber()) {
      throw oneNumber(model);
    }
    int numbers = (int) width.getAsLong();
    float[][] logits = new float[pictures][];
    for (int row = 0; row < pictures; row++) {
      logits[row] = read(Arrays.copyOfRange(values, row * numbers, (row + 1) * numbers));
    }
    return logits;
  }

  /**
   * Makes logits of the scores of one picture.
   *
   * @return a logit for each class, at least two
   * @throws BadInputException if a score is not finite, or a binary model gave several
   */
  public float[] read(float[] scores) {
    Logits.requireFinite("model " + model.name(), scores);
    if (model.givesOneNumber() && scores.length > 1) {
      throw refused(
          ", "
              + scores.length
              + " numbers for a picture, expected one number for each picture of a binary model");
    }
    return model.reading().logits(scores);
  }
}
