package dev.plumbline.host.dataset;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import dev.plumbline.host.BadInputException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** Decodes the first page of a TIFF file. */
final class TiffDecoder {
  private static final String KIND = "TIFF";

  private TiffDecoder() {}

  static Decoded decode(byte[] content, String name) {
    BufferedImage image =
        ImageFile.read(new TIFFImageReaderSpi(), content, KIND, name, reader -> reader.read(0));
    Raster raster = image.getRaster();
    int type = image.getColorModel().getColorSpace().getType();
    if (type == ColorSpace.TYPE_CMYK && raster.getNumBands() == 4 && is8Bit(raster)) {
      return cmyk(raster);
    }
    if (type != ColorSpace.TYPE_GRAY && type != ColorSpace.TYPE_RGB) {
      throw new BadInputException(
          name + " is a TIFF in another colour space: expected grey, RGB, a palette or CMYK");
    }
    boolean grey = raster.getNumBands() == 1;
    return Samples.of(image, grey ? Samples.Wide.CLIPPED : Samples.Wide.UPPER_BYTE, KIND, name);
  }

  private static boolean is8Bit(Raster raster) {
    return raster.getTransferType() == DataBuffer.TYPE_BYTE;
  }

  private static Decoded cmyk(Raster raster) {
    PictureShape shape = new PictureShape(3, raster.getHeight(), raster.getWidth());
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    int[] row = new int[4 * shape.width()];
    for (int y = 0; y < shape.height(); y++) {
      raster.getPixels(0, y, shape.width(), 1, row);
      for (int x = 0; x < shape.width(); x++) {
        for (int c = 0; c < 3; c++) {
          pixels[c * plane + y * shape.width() + x] =
              Cmyk.toRgb(row[4 * x + c], 255 - row[4 * x + 3]);
        }
      }
    }
    return Decoded.opaque(new Picture(shape, pixels));
  }
}
