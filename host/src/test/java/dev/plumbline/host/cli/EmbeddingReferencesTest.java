package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tiny embedder that {@code bench/kinds/embedding.py} trained, with the mean vector of each
 * identity as a reference. What is found is judged here by ONNX Runtime alone.
 */
class EmbeddingReferencesTest {
  private static final Path FOLDER = Path.of("src/test/resources/kinds/embedding");
  private static final Path MODEL = FOLDER.resolve("embedder.onnx");
  private static final Path REFERENCES = FOLDER.resolve("references.npy");
  private static final double VERIFY = 0.5;

  @TempDir Path temp;

  private VerbAnswer verb(Path references, Object... args) {
    Object[] data = {"--data", FOLDER.resolve("pictures"), "--mean", "0", "--std", "1"};
    String task = "embedding,verify=" + VERIFY + ",references=" + references;
    return VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(args, data), "--task", task));
  }

  private Path quantized(Path references) {
    Path small = temp.resolve("int8.onnx");
    verb(references, "quantize", MODEL, "--per-tensor", "--reduce-range", "--out", small).done();
    return small;
  }

  @Test
  void whatSearchFindsFlipsAReferenceInOnnxRuntimeToo() throws IOException, OrtException {
    Path references = Files.copy(REFERENCES, temp.resolve("references.npy"));
    Path small = quantized(references);
    Path corpus = temp.resolve("corpus");
    Object[] pair = {"--original", MODEL, "--compressed", small};
    Object[] search = {"search", "--range", "0:12", "--epsilon", 4, "--steps", 10, "--out", corpus};
    Object[] database = {"--database", "jdbc:h2:file:" + temp.resolve("fleet")};
    search = VerbAnswer.with(VerbAnswer.with(search, pair), database);
    verb(references, search).done();
    // Corpora and models keep the vectors; an answer has their number and SHA-256 alone.
    Files.delete(references);
    JsonNode told =
        verb(REFERENCES, "evaluate", small, "--json").done().json().at("/task/references");
    assertEquals(Set.of("count", "dimensions", "sha256"), Set.copyOf(names(told)), told.toString());
    assertEquals(64, told.get("sha256").asText().length());
    int effective = judgedByOnnxRuntime(Corpus.open(corpus), small);
    assertTrue(effective >= 5, effective + " of 12 seeds");

    Path page = temp.resolve("page.html");
    VerbAnswer.of("report", corpus, "--out", page).done();
    assertTrue(Files.readString(page).contains("(verified), reference "));
    Object[] check = {"check", "--corpus", corpus, "--model", small};
    VerbAnswer.of(VerbAnswer.with(check, database)).done();
    Object[] repair = {"repair", "--corpus", corpus, "--epochs", 2, "--rounds", 0, "--json"};
    repair = VerbAnswer.with(VerbAnswer.with(repair, pair), database);
    repair = VerbAnswer.with(repair, "--out", temp.resolve("repaired.onnx"));
    JsonNode counts = verb(REFERENCES, repair).done().json();
    assertEquals(effective, counts.get("corpus_before").intValue());
    assertTrue(counts.get("corpus_after").intValue() <= effective, counts.toString());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Compares all that was kept, and returns how many are effective. */
  private static int judgedByOnnxRuntime(Corpus found, Path small) throws OrtException {
    int effective = 0;
    int told = 0;
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession original = runtime.createSession(MODEL.toString());
        OrtSession compressed = runtime.createSession(small.toString())) {
      for (CorpusInput input : found.inputs()) {
        double[] before = cosines(original, found.seedPicture(input.seed()));
        double[] held = cosines(original, found.picture(input));
        double[] after = cosines(compressed, found.picture(input));
        boolean keeps = true;
        boolean flips = false;
        boolean near = false;
        for (int k = 0; k < after.length; k++) {
          keeps &= before[k] >= VERIFY == held[k] >= VERIFY;
          flips |= held[k] >= VERIFY != after[k] >= VERIFY;
          // Sums in another order may move what lies on the threshold.
          near |= Math.abs(held[k] - VERIFY) < 1e-5 || Math.abs(after[k] - VERIFY) < 1e-5;
        }
        boolean isEffective = input.pictureClass() == PictureClass.EFFECTIVE;
        if (!near) {
          assertEquals(keeps && flips, isEffective, input.id());
          told++;
        }
        effective += isEffective ? 1 : 0;
      }
    }
    assertTrue(told > found.inputs().size() / 2, told + " of " + found.inputs().size());
    return effective;
  }

  private static double[] cosines(OrtSession session, Picture picture) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(picture.pixels().length);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    double[] references = NpyFile.read(REFERENCES).values();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, new long[] {1, 3, 32, 32});
        OrtSession.Result result = session.run(Map.of("pictures", input))) {
      FloatBuffer vector = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int length = vector.remaining();
      double[] cosines = new double[references.length / length];
      for (int k = 0; k < cosines.length; k++) {
        double dot = 0;
        double own = 0;
        double others = 0;
        for (int i = 0; i < length; i++) {
          double reference = references[k * length + i];
          dot += vector.get(i) * reference;
          own += vector.get(i) * vector.get(i);
          others += reference * reference;
        }
        cosines[k] = dot / Math.sqrt(own * others);
      }
      return cosines;
    }
  }

  @Test
  void anAttackLeadsAwayFromWhatAModelVerifies() {
    Object[] attack = {"attack", MODEL, "--compressed", MODEL, "--json", "--epsilon", "1,16"};
    JsonNode answer = verb(REFERENCES, attack).done().json();
    assertEquals("decisions", answer.get("away_from").asText());
    double weak = answer.at("/fgsm/1/original").asDouble();
    double strong = answer.at("/fgsm/16/original").asDouble();
    assertTrue(weak > strong, answer.toString());
  }
}
