package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pictures and what Pillow decodes them to are in {@code pictures/}, with a README. */
class PillowPicturesTest {
  /** A line of {@code expected.txt}. */
  record Expected(String name, PictureShape shape, boolean transparent, byte[] interleaved) {
    static Expected parse(String line) {
      String[] parts = line.split(" ");
      return new Expected(
          parts[0],
          new PictureShape(
              parts[1].equals("L") ? 1 : 3, Integer.parseInt(parts[3]), Integer.parseInt(parts[2])),
          parts[4].equals("alpha"),
          Base64.getDecoder().decode(parts[5]));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Expected> pictures() throws IOException {
    return new String(file("expected.txt"), StandardCharsets.US_ASCII).lines().map(Expected::parse);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void aPictureIsDecodedAsPillowDoes(Expected expected) throws IOException {
    byte[] content = file(expected.name());
    if (expected.transparent()) {
      Refusal.says(() -> PictureDecoder.decode(content, expected.name()), "transparency");
      return;
    }
    Picture picture = PictureDecoder.decode(content, expected.name());
    assertEquals(expected.shape(), picture.shape());
    int plane = picture.shape().height() * picture.shape().width();
    int channels = picture.shape().channels();
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < channels; c++) {
        // No tolerance: libjpeg and libwebp compute in whole numbers, as Pillow's do.
        assertEquals(
            expected.interleaved()[i * channels + c] & 0xff,
            picture.pixels()[c * plane + i] & 0xff,
            "pixel " + i + " channel " + c);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void aDamagedPictureIsReadOrRefusedAndNoFault(Expected expected) throws IOException {
    byte[] whole = file(expected.name());
    Random random = new Random(expected.name().hashCode());
    for (int i = 0; i < 40; i++) {
      byte[] damaged = Arrays.copyOf(whole, i < 20 ? whole.length : random.nextInt(whole.length));
      for (int flips = random.nextInt(5); flips >= 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        PictureDecoder.decode(damaged, expected.name());
      } catch (BadInputException e) {
        assertTrue(e.getMessage().startsWith(expected.name() + " "), e.getMessage());
        Refusal.isInPlainWords(e.getMessage());
      }
    }
  }

  private static byte[] file(String name) throws IOException {
    try (var in = PillowPicturesTest.class.getResourceAsStream("/pictures/" + name)) {
      return in.readAllBytes();
    }
  }
}
