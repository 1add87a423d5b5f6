package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngFileTest {
  @TempDir Path folder;

  @Test
  void anRgbPictureHasTheChunksOfTheStandard() throws IOException {
    byte[] png =
        PngFile.encode(
            new Picture(
                new PictureShape(3, 1, 2), new byte[] {1, 2, 3, 4, (byte) 0xfe, (byte) 0xff}));
    HexFormat hex = HexFormat.of();
    // Signature; then length, name, width 2, height 1, 8 bits, colour type 2, and the checksum.
    assertEquals("89504e470d0a1a0a", hex.formatHex(png, 0, 8));
    assertEquals("0000000d49484452" + "0000000200000001" + "0802000000", hex.formatHex(png, 8, 29));
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    assertEquals(String.format("%08x", crc.getValue()), hex.formatHex(png, 29, 33));
    int length = Integer.parseInt(hex.formatHex(png, 33, 37), 16);
    assertEquals("49444154", hex.formatHex(png, 37, 41));
    byte[] lines =
        new InflaterInputStream(new ByteArrayInputStream(png, 41, length)).readAllBytes();
    // Filter 0, then R G B of each pixel.
    assertEquals("00" + "0103fe" + "0204ff", hex.formatHex(lines));
    assertEquals("0000000049454e44ae426082", hex.formatHex(png, 41 + length + 4, png.length));
  }

  @Test
  void aGreyPictureIsOfColourTypeZero() {
    byte[] png = PngFile.encode(new Picture(new PictureShape(1, 1, 1), new byte[] {7}));
    assertEquals(0, png[25]);
    assertEquals(8, png[24]);
  }

  @Test
  void whatIsWrittenIsReadBackWithoutLoss() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      PictureShape shape =
          new PictureShape(
              random.nextBoolean() ? 1 : 3, 1 + random.nextInt(40), 1 + random.nextInt(40));
      byte[] pixels = new byte[shape.bytes()];
      random.nextBytes(pixels);
      Picture picture = new Picture(shape, pixels);
      Path file = folder.resolve(seed + ".png");
      PngFile.write(file, picture);
      assertEquals(picture, PngFile.read(file), "random seed " + seed);
      assertArrayEquals(PngFile.encode(picture), PngFile.encode(picture), "random seed " + seed);
    }
  }

  @Test
  void aMissingFileAndATextFileAreRefused() throws IOException {
    Refusal.says(() -> PngFile.read(folder.resolve("none.png")), "none.png does not exist");
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Refusal.says(() -> PngFile.read(text), "text.png", "expected a PNG");
  }

  @Test
  void twoChannelsAreAFaultOfTheCaller() {
    Picture picture = new Picture(new PictureShape(2, 1, 1), new byte[2]);
    assertThrows(IllegalArgumentException.class, () -> PngFile.encode(picture));
  }
}
