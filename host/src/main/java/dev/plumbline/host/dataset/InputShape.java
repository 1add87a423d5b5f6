package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/** Size of an input. */
public sealed interface InputShape permits PictureShape, TensorShape {
  /** Numbers of an input, each of which the model gets one of. */
  int elements();

  /** Bytes of {@link Input#bytes()}. */
  int bytes();

  /** What people call an input of this shape. */
  default String noun() {
    return this instanceof PictureShape ? "picture" : "input";
  }

  /** What people call several of them. */
  default String nouns() {
    return noun() + "s";
  }

  /**
   * This as the shape of pictures, for what works on pictures alone.
   *
   * @throws BadInputException if it is one of tensors
   */
  default PictureShape requirePictures() {
    if (this instanceof PictureShape pictures) {
      return pictures;
    }
    throw new BadInputException(
        "found tensors of "
            + this
            + ", expected pictures, as what is asked here is not done with tensors");
  }

  /** The input of this shape that has these bytes; they must not change later. */
  Input input(byte[] bytes);
}
