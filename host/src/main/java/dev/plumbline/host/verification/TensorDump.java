package dev.plumbline.host.verification;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What another program made of one picture as model input.
 *
 * @param name what to call it in messages
 * @param type of its numbers
 * @param shape as stored, with or without dimensions of 1 in front
 * @param values in C order, all finite
 */
public record TensorDump(String name, NpyFile.Type type, List<Integer> shape, double[] values) {

  /**
   * @throws BadInputException if it cannot be read, is not of one picture or has numbers that are
   *     not finite
   */
  public static TensorDump read(Path file) {
    NpyFile array = NpyFile.read(file);
    for (int i = 0; i < array.values().length; i++) {
      if (!Double.isFinite(array.values()[i])) {
        throw new BadInputException(
            file + " holds " + array.values()[i] + " at " + i + ": expected finite numbers");
      }
    }
    TensorDump dump = new TensorDump(file.toString(), array.type(), array.shape(), array.values());
    int rank = dump.ofOne().size();
    if (rank != 2 && rank != 3 || array.values().length == 0) {
      throw new BadInputException(
          file
              + " has the shape "
              + array.shape()
              + ": expected one picture, channels x height x width or height x width x channels,"
              + " with or without a batch of 1");
    }
    return dump;
  }

  /** The shape without dimensions of 1 in front that are too many. */
  private List<Integer> ofOne() {
    List<Integer> dims = shape;
    while (dims.size() > 3 && dims.get(0) == 1) {
      dims = dims.subList(1, dims.size());
    }
    return dims;
  }

  /**
   * The ways to read it as a picture of so many channels; none if its shape allows of none.
   *
   * @param channels at least 1
   */
  List<Planes> readings(int channels) {
    List<Integer> dims = ofOne();
    List<Planes> readings = new ArrayList<>();
    if (dims.size() == 2) {
      if (channels == 1) {
        readings.add(new Planes(Layout.NCHW, 1, dims.get(0), dims.get(1), values));
      }
      return readings;
    }
    if (dims.get(0) == channels) {
      readings.add(new Planes(Layout.NCHW, channels, dims.get(1), dims.get(2), values));
    }
    if (dims.get(2) == channels) {
      int height = dims.get(0);
      int width = dims.get(1);
      double[] planes = new double[values.length];
      for (int i = 0; i < height * width; i++) {
        for (int c = 0; c < channels; c++) {
          planes[c * height * width + i] = values[i * channels + c];
        }
      }
      readings.add(new Planes(Layout.NHWC, channels, height, width, planes));
    }
    return readings;
  }

  /**
   * A reading of the dump.
   *
   * @param layout that it is read in
   * @param values channel by channel, row by row
   */
  record Planes(Layout layout, int channels, int height, int width, double[] values) {
    int plane() {
      return height * width;
    }
  }
}
