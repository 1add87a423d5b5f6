package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The PNG files are put together by hand, so what they hold is known without a decoder. */
class PictureDecoderTest {

  @Test
  void greyOfEightBitsKeepsEachSampleInOneChannel() throws IOException {
    int[][] lines = new int[16][16];
    byte[] expected = new byte[256];
    for (int i = 0; i < 256; i++) {
      lines[i / 16][i % 16] = i;
      expected[i] = (byte) i;
    }
    Picture picture = PictureDecoder.decode(new RawPng(16, 16, 8, 0).end(lines), "grey.png");
    assertEquals(new Picture(new PictureShape(1, 16, 16), expected), picture);
  }

  @Test
  void aGammaChunkChangesNoSample() throws IOException {
    byte[] png =
        new RawPng(2, 1, 8, 0)
            .chunk("gAMA", new byte[] {0, 1, (byte) 0x86, (byte) 0xa0})
            .end(new int[] {10, 200});
    assertEquals(
        new Picture(new PictureShape(1, 1, 2), new byte[] {10, (byte) 200}),
        PictureDecoder.decode(png, "gamma.png"));
  }

  @Test
  void rgbBecomesThreePlanes() throws IOException {
    byte[] png =
        new RawPng(2, 2, 8, 2)
            .end(new int[] {1, 2, 3, 4, 5, 6}, new int[] {7, 8, 9, 250, 251, 252});
    assertEquals(
        new Picture(
            new PictureShape(3, 2, 2),
            new byte[] {1, 4, 7, (byte) 250, 2, 5, 8, (byte) 251, 3, 6, 9, (byte) 252}),
        PictureDecoder.decode(png, "rgb.png"));
  }

  @Test
  void aPaletteBecomesThreeChannelsEvenIfItsColoursAreGrey() throws IOException {
    byte[] png =
        new RawPng(4, 1, 2, 3)
            .chunk("PLTE", new byte[] {10, 20, 30, 40, 50, 60, 7, 7, 7})
            .end(new int[] {0b00_01_10_00});
    assertEquals(
        new Picture(
            new PictureShape(3, 1, 4), new byte[] {10, 40, 7, 10, 20, 50, 7, 20, 30, 60, 7, 30}),
        PictureDecoder.decode(png, "palette.png"));
  }

  @Test
  void greyOfFewBitsIsSpreadOverTheWholeRangeInOneChannel() throws IOException {
    assertEquals(
        new Picture(new PictureShape(1, 1, 3), new byte[] {0, (byte) 255, 0}),
        PictureDecoder.decode(new RawPng(3, 1, 1, 0).end(new int[] {0b010_00000}), "1.png"));
    assertEquals(
        new Picture(new PictureShape(1, 1, 4), new byte[] {0, 85, (byte) 170, (byte) 255}),
        PictureDecoder.decode(new RawPng(4, 1, 2, 0).end(new int[] {0b00_01_10_11}), "2.png"));
    assertEquals(
        new Picture(new PictureShape(1, 1, 2), new byte[] {0x33, (byte) 0xff}),
        PictureDecoder.decode(new RawPng(2, 1, 4, 0).end(new int[] {0x3f}), "4.png"));
  }

  @Test
  void transparencyIsRefused() throws IOException {
    byte[] greyAlpha = new RawPng(1, 1, 8, 4).end(new int[] {1, 254});
    byte[] rgbAlpha = new RawPng(1, 1, 8, 6).end(new int[] {1, 2, 3, 0});
    byte[] transparentColour =
        new RawPng(1, 1, 8, 0).chunk("tRNS", new byte[] {0, 1}).end(new int[] {1});
    byte[] transparentPalette =
        new RawPng(1, 1, 8, 3)
            .chunk("PLTE", new byte[] {1, 2, 3})
            .chunk("tRNS", new byte[] {0})
            .end(new int[] {0});
    Refusal.says(() -> PictureDecoder.decode(greyAlpha, "a.png"), "a.png", "transparency");
    Refusal.says(() -> PictureDecoder.decode(rgbAlpha, "a.png"), "a.png", "transparency");
    Refusal.says(() -> PictureDecoder.decode(transparentColour, "a.png"), "transparency");
    Refusal.says(() -> PictureDecoder.decode(transparentPalette, "a.png"), "transparency");
  }

  @Test
  void aTextFileIsRefusedWithItsFirstBytes() {
    byte[] text = "hello, world".getBytes(StandardCharsets.UTF_8);
    Refusal.says(
        () -> PictureDecoder.decode(text, "x/text.png"),
        "x/text.png is not a picture",
        "68 65 6c 6c",
        "expected a PNG, JPEG, WebP, BMP, TIFF or GIF file");
    Refusal.says(() -> PictureDecoder.decode(new byte[0], "x/empty.png"), "x/empty.png", "nothing");
  }

  @Test
  void aPngCutOffAnywhereIsRefusedUnlessOnlyItsEndMarkIsMissing() throws IOException {
    Random random = new Random(5);
    byte[] noise = new byte[32 * 32];
    random.nextBytes(noise);
    byte[] png = PngFile.encode(new Picture(new PictureShape(1, 32, 32), noise));
    // The last 12 bytes are IEND, the 8 before are the checksums of IDAT and of its zlib stream.
    for (int length = 0; length < png.length - 24; length += 7) {
      byte[] cut = Arrays.copyOf(png, length);
      Refusal.says(() -> PictureDecoder.decode(cut, "cut.png"), "cut.png", "expected");
    }
  }

  @Test
  void randomBytesBehindASignatureAreRefusedAndNotAFault() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] png = new byte[200];
      random.nextBytes(png);
      byte[] start = {(byte) 137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
      System.arraycopy(start, 0, png, 0, start.length);
      byte[] jpeg = png.clone();
      jpeg[0] = (byte) 0xff;
      jpeg[1] = (byte) 0xd8;
      jpeg[2] = (byte) 0xff;
      String name = "random seed " + seed;
      Refusal.says(() -> PictureDecoder.decode(png, name), name);
      Refusal.says(() -> PictureDecoder.decode(jpeg, name), name);
    }
  }

  @Test
  void aPictureOverTheBoundIsRefusedBeforeAnythingIsAllocatedForIt() throws IOException {
    byte[] wide = new RawPng(Integer.MAX_VALUE, 1, 8, 0).end(new int[] {0});
    Refusal.says(
        () -> PictureDecoder.decode(wide, "wide.png"), "wide.png", "1 x 2147483647", "at most");
    byte[] huge = new RawPng(65_535, 65_535, 16, 6).end(new int[] {0});
    Refusal.says(() -> PictureDecoder.decode(huge, "huge.png"), "huge.png", "at most");
    byte[] jpeg = jpeg(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY));
    int frame = indexOf(jpeg, (byte) 0xc0);
    Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0x7f);
    Refusal.says(() -> PictureDecoder.decode(jpeg, "huge.jpg"), "32639 x 32639", "at most");
  }

  @Test
  void aPngTooShortForItsSizeIsRefusedBeforeAnythingIsAllocatedForIt() throws IOException {
    byte[] png = new RawPng(5000, 5000, 8, 0).end(new int[] {0});
    Refusal.says(() -> PictureDecoder.decode(png, "hollow.png"), "hollow.png", "bytes");
  }

  @Test
  void aJpegOfThousandsOfScansIsRefusedBeforeItIsDecoded() throws IOException {
    byte[] jpeg = jpeg(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY));
    int scan = indexOf(jpeg, (byte) 0xda);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(jpeg, 0, scan);
    for (int i = 0; i < 5000; i++) {
      bomb.write(jpeg, scan, jpeg.length - 2 - scan);
    }
    Refusal.says(
        () -> PictureDecoder.decode(bomb.toByteArray(), "scans.jpg"), "scans.jpg", "100 scans");
  }

  private static int indexOf(byte[] jpeg, byte marker) {
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == marker) {
        return i;
      }
    }
    throw new AssertionError("no marker");
  }

  @Test
  void aJpegIsReadAsGreyOrRgb() throws IOException {
    BufferedImage grey = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
    fill(grey.getRaster(), 90);
    Picture one = PictureDecoder.decode(jpeg(grey), "grey.jpg");
    assertEquals(new PictureShape(1, 8, 16), one.shape());
    assertNear(one, 0, 90);

    BufferedImage rgb = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    fill(rgb.getRaster(), 200, 100, 50);
    Picture three = PictureDecoder.decode(jpeg(rgb), "rgb.jpg");
    assertEquals(new PictureShape(3, 8, 16), three.shape());
    assertNear(three, 0, 200);
    assertNear(three, 1, 100);
    assertNear(three, 2, 50);
  }

  @Test
  void aJpegThatIsCutOffIsRefusedAndNotFilledWithGrey() throws IOException {
    BufferedImage noise = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
    Random random = new Random(7);
    for (int i = 0; i < 64 * 64; i++) {
      noise.getRaster().setSample(i % 64, i / 64, 0, random.nextInt(256));
    }
    byte[] jpeg = jpeg(noise);
    byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
    Refusal.says(() -> PictureDecoder.decode(cut, "cut.jpg"), "cut.jpg is a damaged JPEG");
  }

  private static void fill(WritableRaster raster, int... samples) {
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        raster.setPixel(x, y, samples);
      }
    }
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      assertTrue(ImageIO.write(image, "jpeg", stream));
    }
    return out.toByteArray();
  }

  /** JPEG rounds in another colour space; 3 of 255 is what that may cost an even area. */
  private static void assertNear(Picture picture, int channel, int expected) {
    int plane = picture.shape().height() * picture.shape().width();
    for (int i = 0; i < plane; i++) {
      assertEquals(expected, picture.pixels()[channel * plane + i] & 0xff, 3, "pixel " + i);
    }
  }

  @Test
  void anAnimatedWebPIsCalledSo() {
    // RIFF, size, WEBP, and the extended header with the flag of an animation.
    byte[] content = "RIFF____WEBPVP8X____\2_________".getBytes(StandardCharsets.ISO_8859_1);
    Refusal.says(() -> PictureDecoder.decode(content, "moving.webp"), "is an animated WebP file");
  }

  /** 96 MiB in 100 kB, in each chunk that readers unpack; the file's own pixels are one byte. */
  @ParameterizedTest
  @CsvSource({"zTXt, Comment", "iTXt, Comment", "iCCP, profile"})
  void textsAndProfilesThatUnpackToAnySizeAreNotUnpacked(String chunk, String keyword)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(keyword.getBytes(StandardCharsets.US_ASCII));
    content.writeBytes(chunk.equals("iTXt") ? new byte[] {0, 1, 0, 0, 0} : new byte[] {0, 0});
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(content)) {
      for (int mebibyte = 0; mebibyte < 96; mebibyte++) {
        deflater.write(new byte[1 << 20]);
      }
    }
    byte[] file =
        new RawPng(1, 1, 8, 3)
            .chunk(chunk, content.toByteArray())
            .chunk("PLTE", new byte[] {1, 2, 3})
            .end(new int[] {0});
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    Picture picture = Geometry.none().apply(PictureDecoder.decoded(file, "x.png"), file, "x.png");
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertArrayEquals(new byte[] {1, 2, 3}, picture.pixels());
    assertTrue(allocated < 16 << 20, allocated + " bytes were allocated");
  }
}
