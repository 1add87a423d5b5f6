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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle is NumPy 2.4: files that its {@code save} wrote, and one that it reads back. */
class NpyFileTest {
  // numpy.save of numpy.arange(6).reshape(2, 3) / 2 - 1 as each type; of uint8 without the "/ 2 -
  // 1".
  private static final double[] HALVES = {-1, -0.5, 0, 0.5, 1, 1.5};
  private static final double[] WHOLES = {0, 1, 2, 3, 4, 5};

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
    Refusal.says(() -> NpyFile.read(objects), "type '|O'", "expected float32");
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
