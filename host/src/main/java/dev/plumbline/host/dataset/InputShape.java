package dev.plumbline.host.dataset;

/** Size of an input. */
public sealed interface InputShape permits PictureShape, TensorShape {
  /** Numbers of an input, each of which the model gets one of. */
  int elements();

  /** Bytes of {@link Input#bytes()}. */
  int bytes();

  /** The input of this shape that has these bytes; they must not change later. */
  Input input(byte[] bytes);
}
