package dev.plumbline.host.corpus;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.dataset.TensorShape;
import java.nio.file.Path;
import java.util.List;

/** Inputs as the files of a corpus: pictures as PNG, tensors as NumPy arrays of float32. */
final class InputFiles {
  private InputFiles() {}

  /** How the names of files end. */
  static String ending(InputShape shape) {
    return shape instanceof PictureShape ? ".png" : ".npy";
  }

  /** Content of the file; the same for the same input. */
  static byte[] encode(Input input) {
    return input instanceof TensorInput tensor
        ? NpyFile.encode(tensor.shape().dims(), tensor.values())
        : PngFile.encode((Picture) input);
  }

  /**
   * The input of a file.
   *
   * @param shape that it has to have
   * @param says which file says so
   * @throws BadInputException if it is no such file, or has another shape
   */
  static Input read(Path file, InputShape shape, String says) {
    Input input = shape instanceof PictureShape ? PngFile.read(file) : tensor(file);
    if (!input.shape().equals(shape)) {
      throw new BadInputException(
          file
              + (input instanceof Picture ? " is a picture of " : " is a tensor of ")
              + input.shape()
              + ": expected "
              + shape
              + ", as "
              + says
              + " says");
    }
    return input;
  }

  private static TensorInput tensor(Path file) {
    NpyFile array = NpyFile.read(file);
    List<Integer> dims = array.shape();
    if (array.type() != NpyFile.Type.FLOAT32 || array.values().length == 0) {
      throw new BadInputException(
          file + " holds " + array.type() + " of shape " + dims + ": expected float32 numbers");
    }
    float[] values = new float[array.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.values()[i];
      if (!Float.isFinite(values[i])) {
        throw new BadInputException(
            file + " holds " + values[i] + " at " + i + ": expected finite numbers");
      }
    }
    return new TensorInput(new TensorShape(dims), values);
  }
}
