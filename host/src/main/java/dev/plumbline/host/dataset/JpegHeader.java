package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the markers of a JPEG file say.
 *
 * @param components their ids, in order
 * @param jfif whether there is a JFIF marker
 * @param adobe the transform that an Adobe marker names, or {@link #NO_ADOBE}
 */
record JpegHeader(int[] components, boolean jfif, int adobe) {
  static final int NO_ADOBE = -1;

  // Encoders write some ten scans. Each costs a pass over the whole picture, and few bytes.
  private static final int MAX_SCANS = 100;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;

  /** What the samples of the components mean. */
  enum Colours {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  /** Decided as libjpeg does ({@code default_decompress_parms}). */
  Colours colours(String name) {
    return switch (components.length) {
      case 1 -> Colours.GREY;
      case 3 -> {
        if (jfif) {
          yield Colours.YCBCR;
        }
        boolean rgb =
            adobe == NO_ADOBE ? Arrays.equals(components, new int[] {'R', 'G', 'B'}) : adobe == 0;
        yield rgb ? Colours.RGB : Colours.YCBCR;
      }
      case 4 -> adobe == NO_ADOBE || adobe == 0 ? Colours.CMYK : Colours.YCCK;
      default ->
          throw new BadInputException(
              name
                  + " is a JPEG of "
                  + components.length
                  + " components: expected 1 (grey), 3 (colour) or 4 (CMYK)");
    };
  }

  /**
   * Goes over all markers, so that the number of scans is known before they are decoded.
   *
   * @throws BadInputException if the file is damaged, or of a kind that is not read
   */
  static JpegHeader read(byte[] jpeg, String name) {
    int[] components = null;
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int scans = 0;
    int at = 2;
    while (at + 1 < jpeg.length) {
      if ((jpeg[at] & 0xff) != 0xff) {
        at++;
        continue;
      }
      int marker = jpeg[at + 1] & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      at += 2;
      if (marker == EOI) {
        break;
      }
      if (marker <= 1 || marker >= 0xd0 && marker <= SOI) {
        continue;
      }
      if (at + 2 > jpeg.length) {
        break;
      }
      int length = (jpeg[at] & 0xff) << 8 | jpeg[at + 1] & 0xff;
      int end = Math.min(jpeg.length, at + Math.max(2, length));
      if (marker == APP0) {
        jfif |= startsWith(jpeg, at + 2, end, "JFIF\0");
      } else if (marker == APP14 && startsWith(jpeg, at + 2, end, "Adobe") && end - at >= 14) {
        adobe = jpeg[at + 13] & 0xff;
      } else if (isFrame(marker)) {
        components = frame(jpeg, at, end, marker, name);
      } else if (marker == SOS && ++scans > MAX_SCANS) {
        throw new BadInputException(
            name + " is a JPEG of more than " + MAX_SCANS + " scans: expected at most so many");
      }
      at = end;
    }
    if (components == null) {
      throw ImageFile.damaged(name, "JPEG", "it has no frame header", null);
    }
    return new JpegHeader(components, jfif, adobe);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int[] frame(byte[] jpeg, int at, int end, int marker, String name) {
    if (end - at < 8) {
      throw ImageFile.damaged(name, "JPEG", "its frame header is cut off", null);
    }
    int bits = jpeg[at + 2];
    if (marker > 0xc2 || bits != 8) {
      throw new BadInputException(
          name
              + " is a JPEG that is "
              + (bits == 8 ? "lossless, hierarchical or arithmetic-coded" : "of " + bits + " bits")
              + ": expected a baseline or progressive one of 8 bits");
    }
    int[] components = new int[jpeg[at + 7] & 0xff];
    for (int c = 0; c < components.length; c++) {
      int id = at + 8 + 3 * c;
      if (id >= end) {
        throw ImageFile.damaged(name, "JPEG", "its frame header is cut off", null);
      }
      components[c] = jpeg[id] & 0xff;
    }
    return components;
  }

  private static boolean startsWith(byte[] jpeg, int at, int end, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return end - at >= bytes.length
        && Arrays.equals(jpeg, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
