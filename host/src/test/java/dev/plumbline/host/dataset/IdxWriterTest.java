package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxWriterTest {
  @TempDir Path folder;

  @Test
  void theUnpackedFilesAreThoseOfTheFormat() throws IOException {
    Dataset data = Datasets.range(SplitAndRangeTest.numbered(10), Range.of(4, 7));
    IdxWriter.write(data, folder, Split.TRAIN);
    assertEquals(
        "00000803" + "00000003" + "00000001" + "00000001" + "040506",
        unpacked("train-images-idx3-ubyte.gz"));
    assertEquals("00000801" + "00000003" + "000100", unpacked("train-labels-idx1-ubyte.gz"));
    assertEquals("even\nodd\n", Files.readString(folder.resolve("classes.txt")));
  }

  @Test
  void theGzipHeaderHoldsNoTime() throws IOException {
    IdxWriter.write(SplitAndRangeTest.numbered(3), folder, Split.TEST);
    byte[] gzip = Files.readAllBytes(folder.resolve("t10k-images-idx3-ubyte.gz"));
    // Magic, deflate, no flags, and four bytes of time.
    assertEquals("1f8b080000000000", HexFormat.of().formatHex(gzip, 0, 8));
    IdxWriter.write(SplitAndRangeTest.numbered(3), folder, Split.TEST);
    assertArrayEquals(gzip, Files.readAllBytes(folder.resolve("t10k-images-idx3-ubyte.gz")));
  }

  @Test
  void whatIsWrittenIsReadBackInGreyAndInColour() {
    for (int channels : new int[] {1, 3}) {
      Random random = new Random(channels);
      PictureShape shape = new PictureShape(channels, 5, 4);
      byte[] pixels = new byte[7 * shape.bytes()];
      random.nextBytes(pixels);
      int[] labels = random.ints(7, 0, 3).toArray();
      Dataset data =
          new MemoryDataset(shape, pixels, labels, String::valueOf, List.of("a", "b", "ç"));
      Path to = folder.resolve("channels" + channels);
      IdxWriter.write(data, to, Split.TEST);
      Dataset read = Datasets.open(to, Split.TEST, null);
      assertEquals(data.size(), read.size());
      assertEquals(data.classNames(), read.classNames());
      for (int i = 0; i < 7; i++) {
        assertEquals(data.picture(i), read.picture(i), "random seed " + channels);
        assertEquals(data.label(i), read.label(i), "random seed " + channels);
      }
    }
  }

  private String unpacked(String name) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(name)))) {
      return HexFormat.of().formatHex(in.readAllBytes());
    }
  }
}
