package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.NpyFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models are those that bench/kinds/tensor.py trained. */
class FixedInputTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/tensor");
  private static final String OPTION = "--fixed-input";

  @TempDir private Path folder;

  private final OnnxModel model = OnnxModel.read(KIND.resolve("state.onnx"));

  private OnnxModel fixed(String... texts) {
    return new ModelReading(model)
        .withFixed(Stream.of(texts).map(text -> FixedInput.parse(OPTION, text, model)).toList());
  }

  @Test
  void aModelWithInputsThatNobodyFixedIsRefusedWithTheOptionToGive() {
    Refusal.says(
        () -> ModelContract.of(model),
        "has 3 inputs besides its initializers",
        "state (float, 2xNx4), rate (int64, no dimensions)",
        "--fixed-input NAME=FILE.npy|NUMBER|zeros");
    Refusal.says(() -> ModelContract.of(fixed("rate=16000")), "has 2 inputs");
    Refusal.says(
        () -> fixed("rate=16000", "state=zeros", "x=zeros"), "all of its inputs are fixed");
  }

  @Test
  void onnxRuntimeGetsFixedInputsBesideTheData() {
    OnnxModel plain = OnnxModel.read(KIND.resolve("signal.onnx"));
    float[] wave = new float[3 * 64];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (float) Math.sin(i * 0.3);
    }
    float[] halved = wave.clone();
    for (int i = 0; i < halved.length; i++) {
      // Of float32, as the model computes: 8000 of 16000, and the mean of the state.
      halved[i] = halved[i] * 0.5f + 0.25f;
    }
    OnnxModel ready = fixed("rate=8000", "state=0.25");
    assertEquals(1, ready.batch(), "the state was given for one");
    try (RuntimeSession expected = RuntimeSession.open(plain, RuntimeProvider.cpu());
        RuntimeSession found = RuntimeSession.open(ready, RuntimeProvider.cpu())) {
      float[][] wanted = expected.logits(halved, 3, 1, 64);
      float[][] given = found.logits(wave, 3, 1, 64);
      for (int row = 0; row < 3; row++) {
        // Sums of another batch come in another order.
        assertArrayEquals(wanted[row], given[row], 1e-5f);
      }
    }
  }

  @Test
  void aFileGivesAStateOfItsOwnShape() {
    Path file = folder.resolve("state.npy");
    float[] quarter = new float[2 * 3 * 4];
    Arrays.fill(quarter, 0.25f);
    NpyFile.write(file, List.of(2, 3, 4), quarter);
    OnnxModel ready = fixed("rate=8000", "state=" + file);
    assertEquals(3, ready.batch(), "it is for three at once");
    NpyFile.write(file, List.of(2, 4), new float[8]);
    Refusal.says(
        () -> fixed("state=" + file),
        "state.npy holds an array of shape [2, 4], expected that of the input state (float,"
            + " 2xNx4)");
  }

  @Test
  void whatIsMadeOfAModelKeepsItsFixedInputs() {
    OnnxModel ready = fixed("rate=8000", "state=0.25");
    assertEquals(model.sha256(), ready.sha256(), "the file is the same");
    OnnxModel written = ready.withMetadata("some", "entry");
    OnnxModel again = OnnxModel.parse("again", written.bytes());
    assertEquals(List.of("rate", "state"), List.copyOf(again.graph().fixedInputs().keySet()));
    assertEquals(8000, again.graph().fixedInputs().get("rate").longs()[0]);
    assertEquals("x", again.graph().input().name());
    OnnxModel broken = written.withMetadata(FixedInputs.METADATA, "[]").withMetadata("a", "b");
    Refusal.says(
        () -> broken.withMetadata(FixedInputs.METADATA, "nothing"),
        "plumbline.fixed_inputs cannot be read");
  }

  @Test
  void whatCannotBeReadIsRefusedInASentence() {
    Refusal.says(() -> fixed("rate"), "--fixed-input 'rate' cannot be read");
    Refusal.says(() -> fixed("rate=fast"), "--fixed-input 'rate=fast' cannot be read");
    Refusal.says(() -> fixed("rate=0.5"), "does not fit an input of int64", "0.5 is no whole");
    Refusal.says(() -> fixed("speed=1"), "names the input speed", "expected one of them");
  }
}
