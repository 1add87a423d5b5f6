package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The oracle is what Pillow, torchvision, OpenCV and PyTorch make of small pictures: {@code
 * geometry.json}, made by {@code bench/preprocessing/fixtures.py}. Pillow's and torchvision's
 * results are met bit for bit. Those of OpenCV and PyTorch are met within one step of 255, as their
 * own builds differ so much.
 */
class GeometryTest {
  private static final JsonNode FIXTURES = read();

  @TestFactory
  Stream<DynamicTest> aPictureGetsThePixelsThatTheOracleGivesIt() {
    return stream(FIXTURES.get("cases"))
        .map(
            fixture ->
                DynamicTest.dynamicTest(
                    fixture.get("oracle").asText()
                        + " "
                        + fixture.get("source").asText()
                        + " "
                        + fixture.get("entries"),
                    () ->
                        assertNear(
                            picture(fixture.get("result")),
                            entries(fixture.get("entries")).geometry().apply(source(fixture)),
                            fixture.get("tolerance").asInt())));
  }

  @TestFactory
  Stream<DynamicTest> aFileIsTurnedAsItsExifDataSay() {
    return stream(FIXTURES.get("orientations"))
        .map(
            fixture ->
                DynamicTest.dynamicTest(
                    fixture.get("kind").asText() + " " + fixture.get("orientation"),
                    () -> {
                      byte[] file = Base64.getDecoder().decode(fixture.get("file").asText());
                      Picture stored = picture(fixture.get("stored"));
                      assertEquals(
                          picture(fixture.get("upright")),
                          Geometry.none().apply(Decoded.opaque(stored), file, "a file"));
                      Geometry asStored =
                          PreprocessingEntries.of(
                                  key ->
                                      key == Key.ORIENTATION
                                          ? Optional.of("stored")
                                          : Optional.empty())
                              .geometry();
                      assertSame(stored, asStored.apply(Decoded.opaque(stored), file, "a file"));
                    }));
  }

  @Test
  void transparentPixelsShowTheBackgroundAsPillowPastesThem() {
    for (JsonNode fixture : FIXTURES.get("alphas")) {
      Optional<Background> behind =
          Optional.of(Background.parse(fixture.get("background").asText()));
      Decoded source = withAlpha(picture(fixture.get("source")));
      assertNear(picture(fixture.get("result")), Background.under(source, behind, "x.png"), 0);
      Refusal.says(
          () -> Background.under(source, Optional.empty(), "x.png"),
          "x.png is a picture with transparency",
          "--background");
    }
  }

  @Test
  void alphaThatIsOpaqueEverywhereNeedsNoBackground() {
    Picture grey = new Picture(new PictureShape(1, 1, 2), new byte[] {3, 4});
    assertSame(
        grey, Background.under(new Decoded(grey, new byte[] {-1, -1}), Optional.empty(), "x.png"));
  }

  /** The last channel of a fixture is its alpha. */
  private static Decoded withAlpha(Picture all) {
    PictureShape shape = all.shape();
    int colours = (shape.channels() - 1) * shape.height() * shape.width();
    return new Decoded(
        new Picture(
            new PictureShape(shape.channels() - 1, shape.height(), shape.width()),
            Arrays.copyOf(all.pixels(), colours)),
        Arrays.copyOfRange(all.pixels(), colours, all.pixels().length));
  }

  @Test
  void colourBecomesGreyAsPillowConvertsItAndGreyColourByRepetition() {
    JsonNode luma = FIXTURES.get("luma");
    Picture grey = Geometry.none().forChannels(1).apply(source(luma));
    assertNear(picture(luma.get("result")), grey, 0);
    Picture colour = Geometry.none().forChannels(3).apply(grey);
    assertEquals(3, colour.shape().channels());
    assertEquals(grey, Colours.grey(colour));
  }

  @Test
  void withoutAGeometryAPictureStaysTheSameObject() {
    Picture picture = picture(FIXTURES.get("sources").get("colour"));
    assertSame(picture, Geometry.none().apply(picture));
    assertTrue(Geometry.none().keeps(picture.shape()));
  }

  @Test
  void aSideThatIsTooLongIsRefusedBeforeItIsMade() {
    Geometry geometry =
        PreprocessingEntries.of(key -> key == Key.RESIZE ? Optional.of("4000") : Optional.empty())
            .geometry();
    Refusal.says(
        () -> geometry.apply(new Picture(new PictureShape(1, 1, 5000), new byte[5000])),
        "5000 x 1",
        "at most 8192");
  }

  private static void assertNear(Picture expected, Picture actual, int tolerance) {
    assertEquals(expected.shape(), actual.shape(), "shape");
    int worst = 0;
    int at = 0;
    for (int i = 0; i < expected.pixels().length; i++) {
      int off = Math.abs((expected.pixels()[i] & 0xff) - (actual.pixels()[i] & 0xff));
      if (off > worst) {
        worst = off;
        at = i;
      }
    }
    assertTrue(worst <= tolerance, "off by " + worst + " at byte " + at);
  }

  private static PreprocessingEntries entries(JsonNode texts) {
    return PreprocessingEntries.of(
        key ->
            Optional.ofNullable(texts.get(key.name().toLowerCase(Locale.ROOT)))
                .map(JsonNode::asText));
  }

  private static Picture source(JsonNode fixture) {
    return picture(FIXTURES.get("sources").get(fixture.get("source").asText()));
  }

  private static Picture picture(JsonNode of) {
    PictureShape shape =
        new PictureShape(
            of.get("channels").asInt(), of.get("height").asInt(), of.get("width").asInt());
    return new Picture(shape, Base64.getDecoder().decode(of.get("pixels").asText()));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode read() {
    try (InputStream in = GeometryTest.class.getResourceAsStream("geometry.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
