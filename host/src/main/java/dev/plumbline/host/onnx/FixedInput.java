package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.NpyFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input of a model that is the same in every run, such as a sampling rate or the state of a
 * recurrent model.
 *
 * @param name of the input
 * @param value of the input's type and shape
 */
public record FixedInput(String name, Tensor value) {
  private static final String ZEROS = "zeros";
  private static final String FILE_ENDING = ".npy";

  /** What {@link #parse} reads. */
  public static final String SYNTAX = "NAME=FILE.npy|NUMBER|zeros";

  /** A model may say any size; a state is small. */
  private static final long MOST_ELEMENTS = 1 << 24;

  /**
   * Reads what a user says.
   *
   * @param option what the user calls it
   * @param text {@link #SYNTAX}; a number fills the input's shape, in which dimensions that the
   *     model leaves open are 1
   * @param model whose input it is
   * @throws BadInputException if the model has no such input, or the value is none of its type and
   *     shape
   */
  public static FixedInput parse(String option, String text, OnnxModel model) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new BadInputException(option + " '" + text + "' cannot be read, expected " + SYNTAX);
    }
    ValueInfo input = input(option, text.substring(0, equals), model);
    String value = text.substring(equals + 1);
    ElementType type =
        ElementType.of(input.elementType())
            .filter(InputTensors::takes)
            .orElseThrow(
                () ->
                    new BadInputException(
                        option
                            + " names the input "
                            + input.text()
                            + " of model "
                            + model.name()
                            + ", expected one of floating-point numbers, integers or bool"));
    if (value.endsWith(FILE_ENDING)) {
      return new FixedInput(input.name(), ofFile(Path.of(value), input, type));
    }
    double number = value.equals(ZEROS) ? 0 : number(option, text, value);
    long[] dims = input.dims().stream().mapToLong(dim -> dim < 0 ? 1 : dim).toArray();
    if (Tensor.elements(dims) > MOST_ELEMENTS) {
      throw new BadInputException(
          option
              + " fixes the input "
              + input.text()
              + ", expected at most "
              + MOST_ELEMENTS
              + " numbers");
    }
    double[] numbers = new double[(int) Tensor.elements(dims)];
    Arrays.fill(numbers, number);
    return new FixedInput(input.name(), tensor(option + " " + text, type, dims, numbers));
  }

  private static ValueInfo input(String option, String name, OnnxModel model) {
    List<ValueInfo> inputs = model.graph().inputs();
    return inputs.stream()
        .filter(input -> input.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    option
                        + " names the input "
                        + name
                        + " and model "
                        + model.name()
                        + " has "
                        + text(inputs)
                        + ", expected one of them"));
  }

  static String text(List<ValueInfo> inputs) {
    return inputs.stream().map(ValueInfo::text).collect(Collectors.joining(", "));
  }

  private static double number(String option, String text, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new BadInputException(option + " '" + text + "' cannot be read, expected " + SYNTAX, e);
    }
  }

  private static Tensor ofFile(Path file, ValueInfo input, ElementType type) {
    NpyFile array = NpyFile.read(file);
    List<Long> found = array.shape().stream().map(Integer::longValue).toList();
    boolean fits = input.shape().isEmpty() || found.size() == input.dims().size();
    for (int i = 0; fits && i < input.dims().size(); i++) {
      fits = input.dims().get(i) < 0 || input.dims().get(i).equals(found.get(i));
    }
    if (!fits) {
      throw new BadInputException(
          file
              + " holds an array of shape "
              + found
              + ", expected that of the input "
              + input.text());
    }
    long[] dims = found.stream().mapToLong(Long::longValue).toArray();
    return tensor(file.toString(), type, dims, array.values());
  }

  private static Tensor tensor(String what, ElementType type, long[] dims, double[] numbers) {
    try {
      return Tensor.ofNumbers(type, dims, numbers);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          what + " does not fit an input of " + type.onnxName() + ": " + e.getMessage(), e);
    }
  }

  /** The first size that the model leaves open, which may be its batch; 0 where there is none. */
  int openSize(ValueInfo declared) {
    int open = declared.dims().indexOf(-1L);
    return open < 0 ? 0 : (int) value.dims()[open];
  }
}
