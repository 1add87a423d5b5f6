package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.dataset.NpyFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The oracle is what Pillow, torchvision's steps and OpenCV make of a picture, saved by NumPy:
 * {@code bench/preprocessing/dumps.py}.
 */
class PreprocessVerbTest {
  private static final Path FIXTURES = fixtures();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"torchvision", "float16", "fortran", "pixels"})
  void aDumpOfTheSamePipelineIsEqualInEveryTypeAndOrder(String dump) {
    VerbAnswer answer = compare("picture.png", dump).done();
    assertTrue(answer.json().get("equal").asBoolean());
    assertEquals(0, answer.json().get("differing").asInt(), answer.out());
  }

  @ParameterizedTest
  @CsvSource({
    "nhwc, --layout nhwc, 0",
    "bgr, '--mean 0.406,0.456,0.485 --std 0.225,0.224,0.229 --channels bgr', 0",
    "bicubic, --interpolation bicubic, 0",
    "not-normalised, '--mean 0.0,0.0,0.0 --std 1.0,1.0,1.0', 0",
    "opencv, '--mean 0.0,0.0,0.0 --std 1.0,1.0,1.0 --channels bgr --scale 1 --resize 16x16 --crop"
        + " none --no-antialias', 1",
    "keras, '--mean 0.0,0.0,0.0 --std 1.0,1.0,1.0 --layout nhwc --scale 1/127.5,-1 --resize 16x16"
        + " --crop none --interpolation nearest', 0"
  })
  void theLikeliestReasonIsTheOneThatReproducesTheDump(String dump, String options, double steps) {
    VerbAnswer answer = compare("picture.png", dump);
    assertEquals(1, answer.code(), answer.err());
    JsonNode json = answer.json();
    assertTrue(json.get("explained").asBoolean(), answer.out());
    assertEquals(options, json.get("options").asText());
    // Float32 in another order of operations is a millionth of a step off.
    assertEquals(steps, json.get("explained_max_steps").asDouble(), 0.01, answer.out());
  }

  @Test
  void aFileThatExifTurnsIsToldFromOneThatWasNotTurned() {
    VerbAnswer answer = compare("turned.png", "torchvision");
    assertEquals(1, answer.code(), answer.err());
    assertEquals("--orientation stored", answer.json().get("options").asText());
  }

  @ParameterizedTest
  @CsvSource({"alpha-white, '--background 255,255,255', colour", "alpha-dropped, '', dropped"})
  void whatBecameOfAlphaIsAReason(String dump, String options, String reason) {
    VerbAnswer answer = compare("alpha.png", dump, "--background", "black");
    assertEquals(1, answer.code(), answer.err());
    assertTrue(answer.json().get("explained").asBoolean(), answer.out());
    assertEquals(options, answer.json().get("options").asText());
    assertTrue(answer.json().get("reasons").get(0).asText().contains(reason), answer.out());
  }

  @Test
  void aDifferenceOfOneStepIsWithinTheToleranceOfOne() {
    assertTrue(compare("picture.png", "one-step").done().json().get("equal").asBoolean());
  }

  @Test
  void whatNoReasonComesNearGetsNone() {
    VerbAnswer answer = compare("picture.png", "another");
    assertEquals(1, answer.code(), answer.err());
    assertTrue(answer.json().get("options") == null, answer.out());
  }

  @Test
  void theInputIsWrittenAsNumpyReadsIt() {
    Path out = folder.resolve("x.npy");
    VerbAnswer.of(
            "preprocess",
            FIXTURES.resolve("picture.png"),
            "--preset",
            "imagenet",
            "--resize",
            "20",
            "--crop",
            "16x16",
            "--out",
            out)
        .done();
    NpyFile written = NpyFile.read(out);
    NpyFile expected = NpyFile.read(FIXTURES.resolve("torchvision.npy"));
    assertEquals(expected.shape(), written.shape());
    // NumPy divides and subtracts in the same order, in float32 as well.
    assertArrayEquals(expected.values(), written.values(), 1e-6);
  }

  @Test
  void aPresetTellsWhatItMeans() {
    VerbAnswer answer = VerbAnswer.of("preprocess", "--preset", "CLIP").done();
    assertTrue(answer.out().contains("preset clip is --mean 0.48145466"), answer.out());
    VerbAnswer all = VerbAnswer.of("preprocess").done();
    assertTrue(all.out().lines().count() > 10, all.out());
  }

  @Test
  void whatCannotBeUsedIsRefusedInASentence() {
    Path picture = FIXTURES.resolve("picture.png");
    VerbAnswer.of("preprocess", picture).isRefused("expected --model, --preset");
    VerbAnswer.of("preprocess", picture, "--preset", "imagnet")
        .isRefused("--preset imagnet is unknown", "imagenet");
    VerbAnswer.of("preprocess", picture, "--mean", "127.5", "--std", "63.75")
        .isRefused("do not fit", "scale 1");
    VerbAnswer.of("preprocess", picture, "--preset", "unit", "--resize", "1x2x3")
        .isRefused("resize", "WIDTHxHEIGHT");
    VerbAnswer.of("preprocess", folder, "--preset", "unit").isRefused("is no file");
    VerbAnswer.of("preprocess", picture, "--preset", "imagnet")
        .isRefused("expected one of", "the nearest is 'imagenet'");
    VerbAnswer.of("preprocess", picture, "--preset", "unit", "--compare", picture)
        .isRefused("is no .npy file");
  }

  private static VerbAnswer compare(String picture, String dump, String... more) {
    List<Object> words =
        new ArrayList<>(List.of("preprocess", FIXTURES.resolve(picture), "--preset", "imagenet"));
    words.addAll(List.of("--resize", "20", "--crop", "16x16", "--json"));
    words.addAll(List.of("--compare", FIXTURES.resolve(dump + ".npy")));
    words.addAll(List.of(more));
    return VerbAnswer.of(words.toArray());
  }

  private static Path fixtures() {
    try {
      return Path.of(PreprocessVerbTest.class.getResource("preprocess").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
