package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.List;

/**
 * What a model takes: pictures or tensors at one input, all others fixed.
 *
 * @param model that is checked
 */
record InputContract(OnnxModel model) {
  /** Refuses a model whose data input is not one, or of a type that no data have. */
  void requireInput() {
    ValueInfo input = model.graph().input();
    List<ValueInfo> free = model.graph().free();
    if (free.size() > 1) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has "
              + free.size()
              + " inputs besides its initializers ("
              + FixedInput.text(free)
              + "), expected one that data go to: --fixed-input "
              + FixedInput.SYNTAX
              + " for each of the others");
    }
    if (!FloatTensors.takes(input.elementType()) && !takesWholeNumbers()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes input "
              + input.name()
              + " of type "
              + input.typeText()
              + ", expected float, float16, double or integers");
    }
  }

  /** Whether the input is of integers or truth values, which no gradient moves. */
  boolean takesWholeNumbers() {
    return ElementType.of(model.graph().input().elementType())
        .filter(type -> !type.isFloatingPoint() && InputTensors.takes(type))
        .isPresent();
  }

  /** Whether a model's input may be pictures, by its type and its number of dimensions. */
  static boolean mayTakePictures(OnnxModel model) {
    ValueInfo input = model.graph().input();
    return FloatTensors.takes(input.elementType())
        && (input.shape().isEmpty() || input.dims().size() == 4);
  }

  /**
   * Checks that the input may be pictures.
   *
   * @throws BadInputException if it has another number of dimensions
   */
  void requirePictureInput() {
    ValueInfo input = model.graph().input();
    if (takesWholeNumbers()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes input "
              + input.text()
              + ", expected float, float16 or double for pictures; tensors of whole numbers come as"
              + " .npy or .npz");
    }
    if (input.shape().isPresent() && input.dims().size() != 4) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes input "
              + input.text()
              + ", expected four dimensions: batch, channels, height and width; tensors come as"
              + " .npy or .npz");
    }
  }

  /**
   * Checks that the model takes the inputs of a data set.
   *
   * @throws BadInputException if it does not, or they are pictures where tensors are expected, or
   *     the other way round
   */
  void requireInputs(Dataset data, Preprocessing preprocessing) {
    requireInputs(data.source(), data.inputShape(), preprocessing);
  }

  /** As {@link #requireInputs(Dataset, Preprocessing)}, of inputs of a shape. */
  void requireInputs(InputShape shape, Preprocessing preprocessing) {
    requireInputs("the data", shape, preprocessing);
  }

  private void requireInputs(String data, InputShape shape, Preprocessing preprocessing) {
    if (shape instanceof PictureShape picture && !preprocessing.isOfTensors()) {
      requirePictures(picture, preprocessing);
      return;
    }
    ValueInfo input = model.graph().input();
    if (shape instanceof PictureShape || !preprocessing.isOfTensors()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes "
              + input.text()
              + " with the preprocessing "
              + preprocessing
              + " and "
              + data
              + (shape instanceof PictureShape ? " holds pictures of " : " holds tensors of ")
              + shape
              + ", expected "
              + (shape instanceof PictureShape
                  ? "tensors, as .npy or .npz"
                  : "pictures, or --layout tensor for tensors as they are"));
    }
    long[] wanted = ModelContract.inputDims(1, shape, preprocessing);
    boolean fits = input.shape().isEmpty() || input.dims().size() == wanted.length;
    for (int i = 1; fits && i < input.dims().size(); i++) {
      fits = input.dims().get(i) < 0 || input.dims().get(i) == wanted[i];
    }
    if (!fits) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes "
              + input.text()
              + " and "
              + data
              + " holds tensors of "
              + shape
              + ", expected each to be of its shape without the batch");
    }
  }

  /**
   * Checks that the model takes pictures of a size.
   *
   * @throws BadInputException if it does not
   */
  void requirePictures(PictureShape shape, Preprocessing preprocessing) {
    requirePictureInput();
    ValueInfo input = model.graph().input();
    long[] wanted = ModelContract.inputDims(1, shape, preprocessing);
    boolean fits = preprocessing.channels() == shape.channels();
    for (int i = 1; fits && i < input.dims().size(); i++) {
      fits = input.dims().get(i) < 0 || input.dims().get(i) == wanted[i];
    }
    if (!fits) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes "
              + input.shapeText()
              + " with a preprocessing of "
              + preprocessing.channels()
              + " channels and layout "
              + preprocessing.layout()
              + ", found pictures of "
              + shape);
    }
  }
}
