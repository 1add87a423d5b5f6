package dev.plumbline.host.dataset;

import java.util.Arrays;

/** Pictures cut or framed without a change of their pixels. */
final class Placement {
  private Placement() {}

  /**
   * A picture at a place of a frame; what is outside the frame is cut off.
   *
   * @param left of the picture in the frame; below 0 where its left side is cut off
   * @param top likewise
   * @param value of the frame's pixels, 0 to 255
   */
  static Picture of(Picture picture, Extent frame, int left, int top, int value) {
    PictureShape from = picture.shape();
    PictureShape to = new PictureShape(from.channels(), frame.height(), frame.width());
    byte[] pixels = new byte[to.bytes()];
    if (value != 0) {
      Arrays.fill(pixels, (byte) value);
    }
    int firstColumn = Math.max(0, left);
    int columns = Math.min(frame.width(), left + from.width()) - firstColumn;
    int firstRow = Math.max(0, top);
    int endRow = Math.min(frame.height(), top + from.height());
    for (int c = 0; c < from.channels(); c++) {
      for (int y = firstRow; y < endRow; y++) {
        System.arraycopy(
            picture.pixels(),
            (c * from.height() + y - top) * from.width() + firstColumn - left,
            pixels,
            (c * to.height() + y) * to.width() + firstColumn,
            columns);
      }
    }
    return new Picture(to, pixels);
  }

  /**
   * The middle of a picture, as torchvision's CenterCrop cuts it: half pixels are rounded to even,
   * and a picture that is smaller than the crop is first padded with 0, which is black.
   */
  static Picture centreCrop(Picture picture, Extent crop) {
    PictureShape shape = picture.shape();
    if (shape.width() == crop.width() && shape.height() == crop.height()) {
      return picture;
    }
    int left = offset(shape.width(), crop.width());
    int top = offset(shape.height(), crop.height());
    return of(picture, crop, left, top, 0);
  }

  /** Where the picture that {@link #centreCrop} makes lies in its file. */
  static Place centreCrop(Place place, Extent crop) {
    return place.framed(
        crop, offset(place.width(), crop.width()), offset(place.height(), crop.height()));
  }

  /** Where a side of the picture begins in the crop. */
  private static int offset(int side, int crop) {
    return crop > side ? (crop - side) / 2 : -(int) Math.rint((side - crop) / 2.0);
  }
}
