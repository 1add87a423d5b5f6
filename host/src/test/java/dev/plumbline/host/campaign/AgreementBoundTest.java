package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.train.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models are written, and of which the user is warned. */
class AgreementBoundTest {
  private static OnnxModel model;

  @TempDir Path temp;

  @BeforeAll
  static void build() {
    model = Architecture.parse("lenet5").build(new PictureShape(1, 28, 28), 10, 1);
  }

  private AgreementBound.Written write(OptionalDouble least, int sameOf200) {
    return new AgreementBound(least)
        .write(model, temp.resolve("made.onnx"), new Agreement(200, sameOf200));
  }

  @Test
  void withoutABoundAModelIsWrittenAndOneThatWentWrongIsWarnedOf() throws IOException {
    AgreementBound.Written well = write(OptionalDouble.empty(), 180);
    assertTrue(well.written());
    assertEquals(Optional.empty(), well.warning());
    assertArrayEquals(model.bytes(), Files.readAllBytes(temp.resolve("made.onnx")));

    AgreementBound.Written wrong = write(OptionalDouble.empty(), 179);
    assertTrue(wrong.written());
    assertEquals(
        Optional.of(
            "the model decides as the one it is made from on 179 of 200 pictures (89.5 %),"
                + " expected more than 90.0 %; look before you use "
                + temp.resolve("made.onnx")),
        wrong.warning());
  }

  @Test
  void belowItsBoundAModelIsNotWritten() {
    AgreementBound.Written refused = write(OptionalDouble.of(0.96), 191);
    assertFalse(refused.written());
    assertFalse(Files.exists(temp.resolve("made.onnx")));
    assertEquals(
        Optional.of(
            "the model decides as the one it is made from on 191 of 200 pictures (95.5 %),"
                + " expected at least 96.0 %; "
                + temp.resolve("made.onnx")
                + " was not written"),
        refused.warning());
  }

  @Test
  void atItsBoundAModelIsWritten() {
    assertTrue(write(OptionalDouble.of(0.96), 192).written());
    assertTrue(Files.exists(temp.resolve("made.onnx")));
  }
}
