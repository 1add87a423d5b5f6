package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** One data set after another, as when all splits are read as a whole. */
final class ConcatenatedDataset implements Dataset {
  private final List<Dataset> parts;
  // ends[i] is the number of pictures in parts 0 to i.
  private final int[] ends;

  private ConcatenatedDataset(List<Dataset> parts, int[] ends) {
    this.parts = parts;
    this.ends = ends;
  }

  /**
   * @param parts at least one
   * @param where they come from, for the message
   * @throws BadInputException if they differ in shape or classes
   */
  static Dataset of(List<Dataset> parts, Path where) {
    Dataset first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    int[] ends = new int[parts.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      Dataset part = parts.get(i);
      if (!part.shape().equals(first.shape()) || !part.classNames().equals(first.classNames())) {
        throw new BadInputException(
            where
                + " holds pictures of "
                + first.shape()
                + " and of "
                + part.shape()
                + ": all of one data set must have one size and the same classes");
      }
      end = Math.addExact(end, part.size());
      ends[i] = end;
    }
    return new ConcatenatedDataset(List.copyOf(parts), ends);
  }

  @Override
  public int size() {
    return ends[ends.length - 1];
  }

  @Override
  public PictureShape shape() {
    return parts.get(0).shape();
  }

  @Override
  public Picture picture(int index) {
    int part = part(index);
    return parts.get(part).picture(inPart(part, index));
  }

  @Override
  public int label(int index) {
    int part = part(index);
    return parts.get(part).label(inPart(part, index));
  }

  @Override
  public boolean isLabelled() {
    return parts.get(0).isLabelled();
  }

  @Override
  public String name(int index) {
    int part = part(index);
    return parts.get(part).name(inPart(part, index));
  }

  @Override
  public Place place(int index) {
    int part = part(index);
    return parts.get(part).place(inPart(part, index));
  }

  @Override
  public List<String> classNames() {
    return parts.get(0).classNames();
  }

  private int part(int index) {
    Objects.checkIndex(index, size());
    int part = 0;
    while (index >= ends[part]) {
      part++;
    }
    return part;
  }

  private int inPart(int part, int index) {
    return part == 0 ? index : index - ends[part - 1];
  }
}
