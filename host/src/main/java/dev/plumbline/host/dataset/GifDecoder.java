package dev.plumbline.host.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;

/**
 * Decodes the first frame of a GIF file, on the screen that the file describes. Where the frame
 * does not cover it, Pillow shows the transparent colour, or the first one.
 */
final class GifDecoder {
  private static final String KIND = "GIF";
  private static final int SCREEN_END = 10;

  private GifDecoder() {}

  static Decoded decode(byte[] content, String name) {
    if (content.length < SCREEN_END) {
      throw ImageFile.damaged(name, KIND, "its header is cut off", null);
    }
    return ImageFile.read(
        ImageIO.getImageReadersByFormatName("gif").next(),
        content,
        KIND,
        name,
        reader -> firstFrame(reader, content, name));
  }

  private static Decoded firstFrame(ImageReader reader, byte[] content, String name)
      throws IOException {
    Element place = node(reader.getImageMetadata(0), "ImageDescriptor");
    int left = number(place, "imageLeftPosition");
    int top = number(place, "imageTopPosition");
    int width = Math.max(littleEndian(content, 6), left + reader.getWidth(0));
    int height = Math.max(littleEndian(content, 8), top + reader.getHeight(0));
    // Nested work could wait for itself, so the screen is only held against the bounds.
    DecodeBounds.check(name, width, height);
    BufferedImage frame = reader.read(0);
    if (!(frame.getColorModel() instanceof IndexColorModel palette)) {
      throw ImageFile.damaged(name, KIND, "it has no palette", null);
    }
    int channels = Samples.isRampOfGreys(palette) ? 1 : 3;
    Decoded decoded = Samples.ofPalette(frame.getRaster(), palette, channels, KIND, name);
    PictureShape screen = new PictureShape(channels, height, width);
    return screen.equals(decoded.picture().shape())
        ? decoded
        : onScreen(decoded, screen, palette, left, top);
  }

  private static Decoded onScreen(
      Decoded frame, PictureShape screen, IndexColorModel palette, int left, int top) {
    PictureShape part = frame.picture().shape();
    int behind = palette.getRGB(Math.max(0, palette.getTransparentPixel()));
    int plane = screen.height() * screen.width();
    byte[] pixels = new byte[screen.bytes()];
    byte[] alpha = new byte[frame.alpha().length == 0 ? 0 : plane];
    for (int c = 0; c < screen.channels(); c++) {
      Arrays.fill(pixels, c * plane, (c + 1) * plane, (byte) (behind >> (16 - 8 * c)));
      for (int y = 0; y < part.height(); y++) {
        System.arraycopy(
            frame.picture().pixels(),
            (c * part.height() + y) * part.width(),
            pixels,
            c * plane + (top + y) * screen.width() + left,
            part.width());
      }
    }
    for (int y = 0; y < part.height() && alpha.length > 0; y++) {
      System.arraycopy(
          frame.alpha(), y * part.width(), alpha, (top + y) * screen.width() + left, part.width());
    }
    return new Decoded(new Picture(screen, pixels), alpha);
  }

  private static Element node(IIOMetadata metadata, String name) {
    IIOMetadataNode root =
        (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    return (Element) root.getElementsByTagName(name).item(0);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }

  private static int littleEndian(byte[] bytes, int at) {
    return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
  }
}
