package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.nio.file.Path;

/**
 * A PNG whose pixels are numbers, not colours: of grey or of a palette.
 *
 * @param width in pixels
 * @param height in pixels
 * @param numbers grey values or places in the palette as stored, row by row; not to be changed
 */
public record ClassImage(int width, int height, int[] numbers) {
  private static final int MAX_BYTES = 256 << 20;

  /**
   * @throws BadInputException if it is no such PNG, or damaged
   */
  public static ClassImage read(Path file) {
    byte[] content = RegularFile.read(file, MAX_BYTES);
    if (PictureFormat.of(content).filter(f -> f == PictureFormat.PNG).isEmpty()) {
      throw new BadInputException(
          file
              + " is no PNG: it starts with "
              + FirstBytes.of(content)
              + ", expected a PNG of class numbers");
    }
    BufferedImage image = PngDecoder.image(content, file.toString());
    Raster raster = image.getRaster();
    if (raster.getNumBands() != 1) {
      throw new BadInputException(
          file
              + " is a PNG of "
              + raster.getNumBands()
              + " channels, expected class numbers as grey or as a palette");
    }
    int width = raster.getWidth();
    int height = raster.getHeight();
    return new ClassImage(width, height, raster.getSamples(0, 0, width, height, 0, (int[]) null));
  }
}
