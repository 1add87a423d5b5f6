package dev.plumbline.host.dataset;

/** How far a search may change tensors: numbers by how much, whole numbers how many of them. */
public sealed interface TensorBounds permits FloatBounds, WholeNumberBounds {
  /** The least number of all seeds; none becomes less. */
  float low();

  /** The largest number of all seeds; none becomes larger. */
  float high();

  /** One step of a search, as 1/255 is of a picture: a power of two, which changes no bit. */
  float step();

  /** A change in steps as a share of the range. */
  default double share(double steps) {
    return steps * step() / ((double) high() - low());
  }
}
