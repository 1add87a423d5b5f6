package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Inputs of one shape with their labels, in a fixed order: pictures, or tensors where a model takes
 * none. Reading is safe from any thread.
 */
public interface Dataset {
  /** Number of inputs, at least 1. */
  int size();

  /** Shape of all inputs. */
  default InputShape inputShape() {
    return shape();
  }

  default Input input(int index) {
    return picture(index);
  }

  /**
   * As {@link #inputShape}, for what works on pictures alone.
   *
   * @throws BadInputException if these are tensors
   */
  PictureShape shape();

  /**
   * As {@link #input}, for what works on pictures alone.
   *
   * @throws BadInputException if these are tensors
   */
  Picture picture(int index);

  /**
   * Label of a picture, 0 to {@code classNames().size() - 1}.
   *
   * @throws BadInputException if the data has no labels
   */
  int label(int index);

  /** Whether the pictures have labels: all of them have, or none. */
  default boolean isLabelled() {
    return true;
  }

  /** What messages call the data: the file or folder of tensors. */
  default String source() {
    return "the data";
  }

  /**
   * Global number of an input: its place in the data that these are a part of, such as a range of
   * them. It rises with the index, and stays the same whatever part is read.
   */
  default int number(int index) {
    return index;
  }

  /** Where a picture comes from, for people: a file's path in its folder, or its number. */
  String name(int index);

  /**
   * Names of the inputs of the data that these are a part of, such as a range: all that {@link
   * #name} may give, and of what is left out, too.
   */
  default List<String> namesOfWhole() {
    return IntStream.range(0, size()).mapToObj(this::name).toList();
  }

  /**
   * Where a picture lies in the file it was made from, for what was noted in the file's pixels.
   *
   * @throws BadInputException if the file cannot be read any more
   */
  default Place place(int index) {
    return Place.unchanged(shape());
  }

  /** Names of the classes, by label; empty where there are no labels and no class list. */
  List<String> classNames();

  /**
   * Refuses data without labels, before work begins that needs them.
   *
   * @throws BadInputException if the data has no labels
   */
  default void requireLabels() {
    if (!isLabelled()) {
      throw noLabels("the data");
    }
  }

  /** What asking for a label of data without labels is answered. */
  static BadInputException noLabels(String data) {
    return new BadInputException(
        data + " was read without labels: expected data with labels for what is asked here");
  }
}
