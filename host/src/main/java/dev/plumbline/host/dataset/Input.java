package dev.plumbline.host.dataset;

/** What a model is asked about: a picture, or a tensor where it takes no pictures. */
public sealed interface Input permits Picture, TensorInput {
  InputShape shape();

  /**
   * All that the input is beside its shape, for digests and files: equal inputs have equal bytes.
   *
   * @return not to be changed
   */
  byte[] bytes();
}
