package dev.plumbline.host.dataset;

/**
 * Where a picture lies in the file it was made from: what was noted in the file's pixels is carried
 * into the picture's. Coordinates count from the left and upper edge of the first pixel.
 *
 * @param fileWidth of the file's picture as it is seen, in pixels
 * @param fileHeight likewise
 * @param width of the picture that was made of it, in pixels
 * @param height likewise
 * @param scaleX picture's pixels for each of the file's, from left to right
 * @param scaleY likewise, downwards
 * @param left where the file's left edge is in the picture; below 0 where it was cut off
 * @param top likewise
 */
public record Place(
    int fileWidth,
    int fileHeight,
    int width,
    int height,
    double scaleX,
    double scaleY,
    double left,
    double top) {
  /** Of a picture that is as its file has it. */
  public static Place unchanged(PictureShape shape) {
    return new Place(shape.width(), shape.height(), shape.width(), shape.height(), 1, 1, 0, 0);
  }

  /** The same, with the picture resized. */
  Place resized(int toWidth, int toHeight) {
    double x = (double) toWidth / width;
    double y = (double) toHeight / height;
    return new Place(
        fileWidth, fileHeight, toWidth, toHeight, scaleX * x, scaleY * y, left * x, top * y);
  }

  /** The same, with the picture's left upper corner at a place of a frame. */
  Place framed(Extent frame, int x, int y) {
    return new Place(
        fileWidth, fileHeight, frame.width(), frame.height(), scaleX, scaleY, left + x, top + y);
  }

  /** Where a place of the file lies in the picture, in pixels from its left edge. */
  public double x(double inFile) {
    return inFile * scaleX + left;
  }

  /** Where a place of the file lies in the picture, in pixels from its upper edge. */
  public double y(double inFile) {
    return inFile * scaleY + top;
  }
}
