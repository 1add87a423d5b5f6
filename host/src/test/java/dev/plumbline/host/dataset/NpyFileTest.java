package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is NumPy 2.4: files that its {@code save} wrote, and one that it reads back. */
class NpyFileTest {
  // numpy.save of numpy.arange(6).reshape(2, 3) / 2 - 1 as each type; of uint8 without the "/ 2 -
  // 1".
  private static final double[] HALVES = {-1, -0.5, 0, 0.5, 1, 1.5};
  private static final double[] WHOLES = {0, 1, 2, 3, 4, 5};

  private static final Path TENSORS = Path.of("src/test/resources/tensors");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "<f4, FLOAT32, AACAvwAAAL8AAAAAAAAAPwAAgD8AAMA/, false",
    ">f4, FLOAT32, v4AAAL8AAAAAAAAAPwAAAD+AAAA/wAAA, false",
    "<f2, FLOAT16, ALwAuAAAADgAPAA+, false",
    "|u1, UINT8, AAECAwQF, false",
    "|u1, UINT8, AAMBBAIF, true"
  })
  void everyTypeAndOrderIsRead(String descr, NpyFile.Type type, String numbers, boolean fortran)
      throws IOException {
    Path file =
        write(
            "{'descr': '"
                + descr
                + "', 'fortran_order': "
                + (fortran ? "True" : "False")
                + ", 'shape': (2, 3), }",
            Base64.getDecoder().decode(numbers));
    NpyFile read = NpyFile.read(file);
    assertEquals(type, read.type());
    assertEquals(List.of(2, 3), read.shape());
    assertArrayEquals(type == NpyFile.Type.UINT8 ? WHOLES : HALVES, read.values());
  }

  // numpy.arange(-3, 3).reshape(2, 3) as each type, of unsigned ones its absolute values, of bool
  // whether it is not 0: tobytes() in C or in Fortran order.
  @ParameterizedTest
  @CsvSource({
    "|b1, AQEBAAEB, false",
    "|b1, AQABAQEB, true",
    "|i1, /f7/AAEC, false",
    "|i1, /QD+Af8C, true",
    "<u2, AwACAAEAAAABAAIA, false",
    "<u2, AwAAAAIAAQABAAIA, true",
    ">u2, AAMAAgABAAAAAQAC, false",
    ">u2, AAMAAAACAAEAAQAC, true",
    "<i2, /f/+////AAABAAIA, false",
    "<i2, /f8AAP7/AQD//wIA, true",
    ">i2, //3//v//AAAAAQAC, false",
    ">i2, //0AAP/+AAH//wAC, true",
    "<u4, AwAAAAIAAAABAAAAAAAAAAEAAAACAAAA, false",
    "<u4, AwAAAAAAAAACAAAAAQAAAAEAAAACAAAA, true",
    "<i4, /f////7/////////AAAAAAEAAAACAAAA, false",
    "<i4, /f///wAAAAD+////AQAAAP////8CAAAA, true",
    ">i4, /////f////7/////AAAAAAAAAAEAAAAC, false",
    ">i4, /////QAAAAD////+AAAAAf////8AAAAC, true",
    "<u8, AwAAAAAAAAACAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAIAAAAAAAAA, false",
    "<u8, AwAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAIAAAAAAAAA, true",
    "<i8, /f/////////+////////////////////AAAAAAAAAAABAAAAAAAAAAIAAAAAAAAA, false",
    "<i8, /f////////8AAAAAAAAAAP7/////////AQAAAAAAAAD//////////wIAAAAAAAAA, true",
    ">i8, //////////3//////////v//////////AAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAC, false",
    ">i8, //////////0AAAAAAAAAAP/////////+AAAAAAAAAAH//////////wAAAAAAAAAC, true",
    "<f8, AAAAAAAACMAAAAAAAAAAwAAAAAAAAPC/AAAAAAAAAAAAAAAAAADwPwAAAAAAAABA, false",
    "<f8, AAAAAAAACMAAAAAAAAAAAAAAAAAAAADAAAAAAAAA8D8AAAAAAADwvwAAAAAAAABA, true",
    ">f8, wAgAAAAAAADAAAAAAAAAAL/wAAAAAAAAAAAAAAAAAAA/8AAAAAAAAEAAAAAAAAAA, false",
    ">f8, wAgAAAAAAAAAAAAAAAAAAMAAAAAAAAAAP/AAAAAAAAC/8AAAAAAAAEAAAAAAAAAA, true",
    ">f2, wgDAALwAAAA8AEAA, false",
    ">f2, wgAAAMAAPAC8AEAA, true"
  })
  void numbersOfEveryTypeAreThoseOfNumpy(String descr, String numbers, boolean fortran)
      throws IOException {
    Path file =
        write(
            "{'descr': '"
                + descr
                + "', 'fortran_order': "
                + (fortran ? "True" : "False")
                + ", 'shape': (2, 3), }",
            Base64.getDecoder().decode(numbers));
    double[] expected =
        switch (descr.charAt(1)) {
          case 'b' -> new double[] {1, 1, 1, 0, 1, 1};
          case 'u' -> new double[] {3, 2, 1, 0, 1, 2};
          default -> new double[] {-3, -2, -1, 0, 1, 2};
        };
    assertArrayEquals(expected, NpyFile.read(file).values());
  }

  /** Files that NumPy 2.4 wrote: numpy.lib.format.write_array of {@link #HALVES} as float32. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allVersionsOfTheFormatAreRead(int version) {
    NpyFile read = NpyFile.read(TENSORS.resolve("format" + version + ".npy"));
    assertEquals(List.of(2, 3), read.shape());
    assertArrayEquals(HALVES, read.values());
  }

  /**
   * numpy.savez of x = numpy.arange(24).reshape(2, 3, 4) / 8 and y, as float32 in C order, and
   * packed as big-endian float64 in Fortran order.
   */
  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "packed.npz"})
  void arraysOfAnNpzFileAreReadByName(String file) {
    Map<String, NpyFile> arrays = NpzFile.read(TENSORS.resolve(file));
    assertEquals(List.of("x", "y"), List.copyOf(arrays.keySet()));
    assertEquals(List.of(2, 3, 4), arrays.get("x").shape());
    for (int i = 0; i < 24; i++) {
      assertEquals(i / 8.0, arrays.get("x").values()[i]);
    }
    assertArrayEquals(new double[] {1, 0}, arrays.get("y").values());
  }

  @Test
  void npzFilesThatAreNoneAreRefusedInASentence() throws IOException {
    Path text = Files.writeString(folder.resolve("t.npz"), "no zip file");
    Refusal.says(() -> NpzFile.read(text), "t.npz cannot be read as an .npz file");
    Path other = folder.resolve("o.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(other))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
      zip.write(1);
    }
    Refusal.says(() -> NpzFile.read(other), "holds 'readme.txt'", "expected arrays alone");
    Path damaged = folder.resolve("d.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(damaged))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write("nothing that numpy wrote".getBytes(StandardCharsets.US_ASCII));
    }
    Refusal.says(() -> NpzFile.read(damaged), "d.npz array x is no .npy file");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = folder.resolve("x.npy");
    NpyFile.write(file, List.of(1, 2, 2), new float[] {0.1f, -2, 3, 1e-30f});
    NpyFile read = NpyFile.read(file);
    assertEquals(List.of(1, 2, 2), read.shape());
    assertArrayEquals(new double[] {0.1f, -2, 3, 1e-30f}, read.values());
  }

  @Test
  void pickledObjectsAndDamagedFilesAreRefusedInASentence() throws IOException {
    Path objects = write("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new byte[8]);
    Refusal.says(() -> NpyFile.read(objects), "Python objects", "type '|O'", "expected float32");
    Path cut = write("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", new byte[8]);
    Refusal.says(() -> NpyFile.read(cut), "8 bytes of numbers", "expected 12");
    Path huge =
        write("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }", new byte[8]);
    Refusal.says(() -> NpyFile.read(huge), "too big");
    Path text = Files.writeString(folder.resolve("t.npy"), "1,2,3 and no array at all");
    Refusal.says(() -> NpyFile.read(text), "is no .npy file");
    Refusal.says(() -> NpyFile.read(folder), "is no file");
  }

  private Path write(String header, byte[] numbers) throws IOException {
    byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] content = new byte[10 + text.length + numbers.length];
    System.arraycopy(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, 0, content, 0, 8);
    content[8] = (byte) text.length;
    System.arraycopy(text, 0, content, 10, text.length);
    System.arraycopy(numbers, 0, content, 10 + text.length, numbers.length);
    return Files.write(folder.resolve("a.npy"), content);
  }
}
