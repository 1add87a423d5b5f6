package dev.plumbline.host.dataset;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import dev.plumbline.host.BadInputException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Decodes files of pictures to what Pillow's {@code convert} makes of them: the samples as stored,
 * no gamma, no colour profile. Grey stays one channel, colours and palettes become three.
 *
 * <p>What a file is is read from its content, not from its name.
 */
final class PictureDecoder {
  private PictureDecoder() {}

  /**
   * @param content of the file
   * @param name what to call the file in messages
   * @throws BadInputException if it is no picture, is damaged, or cannot be held as one, as where
   *     it is transparent
   */
  static Picture decode(byte[] content, String name) {
    return Background.under(decoded(content, name), Optional.empty(), name);
  }

  /** As {@link #decode}, with its alpha. */
  static Decoded decoded(byte[] content, String name) {
    PictureFormat format =
        PictureFormat.of(content)
            .orElseThrow(
                () ->
                    new BadInputException(
                        name
                            + " is not a picture: it starts with "
                            + FirstBytes.of(content)
                            + ", expected a "
                            + PictureFormat.NAMES
                            + " file"));
    return switch (format) {
      case PNG -> PngDecoder.decode(content, name);
      case JPEG -> JpegDecoder.decode(content, name);
      case GIF -> GifDecoder.decode(content, name);
      case TIFF -> TiffDecoder.decode(content, name);
      case BMP -> samples(new BMPImageReaderSpi(), content, "BMP", name);
      case WEBP -> still(content, name);
    };
  }

  private static Decoded still(byte[] content, String name) {
    if (isAnimated(content)) {
      throw new BadInputException(name + " is an animated WebP file: expected one picture");
    }
    return samples(new WebPImageReaderSpi(), content, "WebP", name);
  }

  /** The extended header's flag, which the decoder does not know how to follow. */
  private static boolean isAnimated(byte[] content) {
    return content.length > 20
        && new String(content, 12, 4, StandardCharsets.ISO_8859_1).equals("VP8X")
        && (content[20] & 0x02) != 0;
  }

  private static Decoded samples(ImageReaderSpi readers, byte[] content, String kind, String name) {
    return Samples.of(
        ImageFile.read(readers, content, kind, name, reader -> reader.read(0)),
        Samples.Wide.UPPER_BYTE,
        kind,
        name);
  }
}
