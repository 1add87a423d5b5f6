package dev.plumbline.host.dataset;

import java.util.List;

/** Pictures of other data after a {@link Geometry}, made when they are asked for. */
final class GeometryDataset implements Dataset {
  private final Dataset decoded;
  private final Geometry geometry;
  private final PictureShape shape;

  private GeometryDataset(Dataset decoded, Geometry geometry) {
    this.decoded = decoded;
    this.geometry = geometry;
    this.shape = geometry.apply(decoded.picture(0)).shape();
  }

  /** The data itself where the geometry changes nothing. */
  static Dataset of(Dataset decoded, Geometry geometry) {
    return geometry.keeps(decoded.shape()) ? decoded : new GeometryDataset(decoded, geometry);
  }

  @Override
  public int size() {
    return decoded.size();
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
  public int label(int index) {
    return decoded.label(index);
  }

  @Override
  public boolean isLabelled() {
    return decoded.isLabelled();
  }

  @Override
  public String name(int index) {
    return decoded.name(index);
  }

  @Override
  public List<String> classNames() {
    return decoded.classNames();
  }
}
