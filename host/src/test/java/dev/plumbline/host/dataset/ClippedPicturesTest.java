package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That Pillow clips these pictures too is in {@code PillowPicturesTest}, as {@code grey-16}. */
class ClippedPicturesTest {
  private static final int GREY = 0;
  private static final int RGB = 2;

  @TempDir Path temp;

  @Test
  void picturesThatUseTheRangeAbove255AreCountedAndOneIsNamed() throws IOException {
    write("a/2.png", GREY, 0x01, 0x00);
    write("a/3.png", GREY, 0xff, 0xff);
    write("b/1.png", GREY, 0x00, 0xff);
    OpenedData data = Datasets.open(DataRequest.of(temp), Geometry.none());
    assertEquals(
        Optional.of(
            "2 pictures are 16-bit grey with values above 255, which become white as in Pillow,"
                + " such as "
                + temp.resolve("a/2.png")
                + ": scale them to 0 to 255 if that is not how the model was trained"),
        data.warning());
    assertEquals((byte) 255, data.pictures().picture(1).pixels()[0]);
  }

  @Test
  void aPictureInTheRangeOf8BitsIsNotWarnedOf() throws IOException {
    write("a/1.png", GREY, 0x00, 0xff);
    write("b/1.png", GREY, 0x00, 0x00);
    assertEquals(Optional.empty(), Datasets.open(DataRequest.of(temp), Geometry.none()).warning());
  }

  @Test
  void colourKeepsItsUpperBitsAndIsNotWarnedOf() throws IOException {
    write("a/1.png", RGB, 0xff, 0xff, 0x80, 0x00, 0x00, 0xff);
    OpenedData data = Datasets.open(DataRequest.of(temp), Geometry.none());
    assertEquals(Optional.empty(), data.warning());
    assertEquals((byte) 0x80, data.pictures().picture(0).pixels()[1]);
  }

  /** One pixel of 16 bits a channel. */
  private void write(String name, int colourType, int... bytes) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new RawPng(1, 1, 16, colourType).end(bytes));
  }
}
