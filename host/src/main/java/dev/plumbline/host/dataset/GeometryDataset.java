package dev.plumbline.host.dataset;

/** Pictures of other data after a {@link Geometry}, made each time one is asked for. */
final class GeometryDataset implements DatasetView {
  private final Dataset decoded;
  private final Geometry geometry;
  private final PictureShape shape;

  private GeometryDataset(Dataset decoded, Geometry geometry) {
    this.decoded = decoded;
    this.geometry = geometry;
    this.shape = geometry.apply(decoded.picture(0)).shape();
  }

  /** The data itself where the geometry changes nothing; made once where that fits into memory. */
  static Dataset of(Dataset decoded, Geometry geometry) {
    if (geometry.keeps(decoded.shape())) {
      return decoded;
    }
    GeometryDataset sized = new GeometryDataset(decoded, geometry);
    long bytes = (long) sized.size() * sized.shape().bytes();
    return bytes <= MemoryDataset.mostBytes()
        ? new PartOfWhole(MemoryDataset.holding(sized), sized::namesOfWhole, sized::number)
        : sized;
  }

  @Override
  public Dataset data() {
    return decoded;
  }

  @Override
  public InputShape inputShape() {
    return shape;
  }

  @Override
  public Input input(int index) {
    return picture(index);
  }

  @Override
  public PictureShape shape() {
    return shape;
  }

  @Override
  public Picture picture(int index) {
    return geometry.apply(decoded.picture(index));
  }

  @Override
  public Place place(int index) {
    return geometry.apply(decoded.place(index));
  }
}
