package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Broken models give a result or a sentence, never another exception. 400 of them in the build; as
 * long as {@code -Dplumbline.fuzz.seconds} says where {@code bench/fuzz/run} asks for more.
 */
class ModelFuzzTest {
  private static final int IN_THE_BUILD = 400;
  private static final Path SEED = Path.of("target", "fuzz-seed");

  @Test
  void aBrokenModelGivesAResultOrASentence() throws Exception {
    List<OnnxModel> models = models();
    long seconds = Long.getLong("plumbline.fuzz.seconds", 0);
    Instant end = Instant.now().plusSeconds(seconds);
    int results = 0;
    int count = 0;
    for (long seed = Long.getLong("plumbline.fuzz.seed", 1);
        count < IN_THE_BUILD || Instant.now().isBefore(end);
        seed++, count++) {
      OnnxModel model = models.get((int) (seed % models.size()));
      byte[] mutant = new ModelMutator(seed).mutate(model.proto());
      // A crash of the JVM would leave no message.
      Files.writeString(SEED, Long.toString(seed));
      Instant start = Instant.now();
      try {
        use(mutant);
        results++;
      } catch (BadInputException | UnsupportedNodeException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().contains("\n"), e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutant " + seed + " of " + model.name() + ": " + e, e);
      }
      Duration taken = Duration.between(start, Instant.now());
      // A hang, not a matter of speed: a sound model takes some milliseconds.
      assertTrue(taken.toSeconds() < 60, "mutant " + seed + " took " + taken);
    }
    // A mutator that broke everything at once would test the parser alone.
    assertTrue(results > count / 20, results + " of " + count + " gave a result");
  }

  private static List<OnnxModel> models() throws Exception {
    List<OnnxModel> models = new ArrayList<>();
    for (String folder : List.of("/exports", "/peers")) {
      try (Stream<Path> files =
          Files.list(Path.of(ModelFuzzTest.class.getResource(folder).toURI()))) {
        files
            .filter(f -> f.toString().endsWith(".onnx"))
            .sorted()
            .forEach(f -> models.add(OnnxModel.read(f)));
      }
    }
    return models;
  }

  private static void use(byte[] mutant) throws IOException {
    OnnxModel model = OnnxModel.parse("mutant", mutant);
    long[] dims = model.graph().input().dims().stream().mapToLong(d -> d < 0 ? 1 : d).toArray();
    long size = 1;
    for (long d : dims) {
      size = d < 100_000 ? size * d : 1 << 24;
    }
    if (size > 100_000) {
      return;
    }
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray input = manager.ones(new Shape(dims));
      input.setRequiresGradient(true);
      try (GradientTape tape = GradientTape.open()) {
        NDArray logits = graph.logits(input);
        if (logits.hasGradient()) {
          tape.backward(logits.sum());
        }
      }
    }
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      session.contract().declaredClasses();
      if (dims.length == 4) {
        session.logits(new float[(int) size], dims);
      }
    }
  }
}
