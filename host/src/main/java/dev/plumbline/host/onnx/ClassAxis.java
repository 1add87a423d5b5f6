package dev.plumbline.host.onnx;

import java.util.List;
import java.util.OptionalLong;

/**
 * Which dimension of an output tells classes apart. Dimensions of 1 carry nothing: {@code [N,C]},
 * {@code [N,C,1,1]}, {@code [N,1,C]} and, of one picture, {@code [C]} are the same scores.
 */
final class ClassAxis {
  private ClassAxis() {}

  /**
   * Numbers for each picture in an output of a run.
   *
   * @param shape of the output
   * @param pictures that ran
   * @return empty if they are not one row of numbers for each picture
   */
  static OptionalLong width(long[] shape, int pictures) {
    if (shape.length > 0 && shape[0] == pictures) {
      OptionalLong width = only(shape, 1);
      if (width.isPresent()) {
        return width;
      }
    }
    return pictures == 1 ? only(shape, 0) : OptionalLong.empty();
  }

  /** The only dimension above 1 from a place on; 1 if there is none, empty if there are several. */
  private static OptionalLong only(long[] shape, int from) {
    long found = 1;
    for (int i = from; i < shape.length; i++) {
      if (shape[i] < 1 || shape[i] > 1 && found > 1) {
        return OptionalLong.empty();
      }
      found = Math.max(found, shape[i]);
    }
    return OptionalLong.of(found);
  }

  /** What a declared shape says of the scores. */
  enum Declared {
    /** They may be scores of classes. */
    SCORES,
    /** One number for each picture. */
    ONE_NUMBER,
    /** Something else, such as a feature map. */
    OTHER
  }

  /**
   * Reads a declared shape.
   *
   * @param batch pictures that the model's input is declared for, 0 for any number
   */
  static Declared declared(ValueInfo output, int batch) {
    if (output.shape().isEmpty()) {
      return Declared.SCORES;
    }
    List<Long> dims = output.dims();
    if (dims.contains(0L)) {
      return Declared.OTHER;
    }
    List<Long> classDims = dims.isEmpty() ? dims : dims.subList(1, dims.size());
    if (classDims.isEmpty()) {
      // Squeezed where the batch is 1; else one number for each picture.
      boolean open = !dims.isEmpty() && dims.get(0) < 0 && batch == 1;
      boolean several = !dims.isEmpty() && dims.get(0) > 1 && batch <= 1;
      return open || several ? Declared.SCORES : Declared.ONE_NUMBER;
    }
    if (classDims.stream().filter(d -> d > 1).count() > 1) {
      return Declared.OTHER;
    }
    return classDims.stream().allMatch(d -> d == 1) ? Declared.ONE_NUMBER : Declared.SCORES;
  }

  /** The number of classes that a declared shape tells, if it does. */
  static OptionalLong classes(ValueInfo output, int batch) {
    List<Long> dims = output.dims();
    if (declared(output, batch) != Declared.SCORES || dims.isEmpty()) {
      return OptionalLong.empty();
    }
    List<Long> classDims = dims.size() == 1 ? dims : dims.subList(1, dims.size());
    if (classDims.stream().anyMatch(d -> d < 0)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(classDims.stream().mapToLong(d -> d).max().orElse(1));
  }
}
