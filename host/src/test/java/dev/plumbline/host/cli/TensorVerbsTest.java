package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs that are no pictures, with the models and data that bench/kinds/tensor.py made; the
 * accuracy of each is what that program printed.
 */
class TensorVerbsTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/tensor");
  private static final Path SIGNAL = KIND.resolve("signal.onnx");
  private static final Path STATE = KIND.resolve("state.onnx");
  private static final Path CODES = KIND.resolve("codes.onnx");
  private static final Path SIGNALS = KIND.resolve("signals.npz");

  @TempDir private Path temp;

  private static Dataset data(Path file) {
    return Datasets.open(DataRequest.of(file), Geometry.none()).pictures();
  }

  private static double accuracy(Object... args) {
    return VerbAnswer.of(VerbAnswer.with(args, "--json"))
        .done()
        .json()
        .get("accuracy")
        .doubleValue();
  }

  @Test
  void onnxRuntimeGivesHereWhatItGaveInPython() {
    Dataset expected = data(writeExpected());
    Dataset signals = data(SIGNALS);
    List<Input> inputs = IntStream.range(0, 120).mapToObj(signals::input).toList();
    try (PictureClassifier classifier =
        PictureClassifier.open(
            OnnxModel.read(SIGNAL), Preprocessing.tensors(), RuntimeProvider.cpu())) {
      float[][] logits = classifier.logits(inputs);
      for (int i = 0; i < 120; i++) {
        // Sums of another batch come in another order.
        float[] wanted = ((TensorInput) expected.input(i)).values();
        assertArrayEquals(wanted, logits[i], 1e-4f);
      }
    }
  }

  /** The logits of signal.onnx alone, as data. */
  private Path writeExpected() {
    Path all = KIND.resolve("expected.npz");
    Path one = temp.resolve("expected.npy");
    try (ZipFile zip = new ZipFile(all.toFile())) {
      return Files.write(one, zip.getInputStream(zip.getEntry("signal.npy")).readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void accuracyIsMeasuredOnTensorsOfFloatsAndOfIntegersAndWithFixedInputs() {
    assertEquals(118 / 120.0, accuracy("evaluate", SIGNAL, "--data", SIGNALS), 1e-12);
    assertEquals(
        118 / 120.0, accuracy("evaluate", CODES, "--data", KIND.resolve("codes.npz")), 1e-12);
    Object[] state = {
      "evaluate", STATE, "--data", SIGNALS, "--fixed-input", "rate=8000", "--fixed-input"
    };
    assertEquals(69 / 120.0, accuracy(VerbAnswer.with(state, "state=0.25")), 1e-12);
  }

  @Test
  void tensorsAreCalledInputs() {
    String said = evaluate(SIGNAL, SIGNALS).done().out();
    assertTrue(said.contains(" of 120 inputs"), said);
  }

  @Test
  void oneFileForAllAFileForEachAndAFileOfLabelsAreTheSameData() throws IOException {
    Dataset signals = data(SIGNALS);
    float[] all = new float[20 * 64];
    float[] labels = new float[20];
    Path folder = temp.resolve("signals");
    List<String> names = List.of("a sine", "b square", "c sawtooth");
    for (int i = 0; i < 20; i++) {
      float[] values = ((TensorInput) signals.input(i)).values();
      System.arraycopy(values, 0, all, i * 64, 64);
      labels[i] = signals.label(i);
      Path file = folder.resolve(names.get(signals.label(i))).resolve(String.format("%03d.npy", i));
      Files.createDirectories(file.getParent());
      NpyFile.write(file, List.of(1, 64), values);
    }
    Path many = temp.resolve("x.npy");
    NpyFile.write(many, List.of(20, 1, 64), all);
    NpyFile.write(temp.resolve("labels.npy"), List.of(20), labels);
    Dataset inFolder = data(folder);
    Dataset inFile = data(many);
    assertEquals(20, inFolder.size());
    for (int i = 0; i < 20; i++) {
      assertEquals(signals.input(i), inFolder.input(i));
      assertEquals(signals.input(i), inFile.input(i));
      assertEquals(signals.label(i), inFolder.label(i));
      assertEquals(signals.label(i), inFile.label(i));
    }
    assertEquals(names, inFolder.classNames());
    assertEquals(1, accuracy("evaluate", SIGNAL, "--data", folder, "--range", "0:10"));
  }

  @Test
  void aModelIsQuantizedWithTensorsAndKeepsThatItTakesThem() {
    Path out = temp.resolve("int8.onnx");
    VerbAnswer.of("quantize", SIGNAL, "--data", SIGNALS, "--out", out, "--json").done();
    assertTrue(accuracy("evaluate", out, "--data", SIGNALS, "--original", SIGNAL) > 0.95);
    Path ofState = temp.resolve("state.onnx");
    Object[] quantize = {
      "quantize", STATE, "--data", SIGNALS, "--out", ofState, "--fixed-input", "rate=16000"
    };
    VerbAnswer.of(VerbAnswer.with(quantize, "--fixed-input", "state=zeros")).done();
    assertTrue(accuracy("evaluate", ofState, "--data", SIGNALS) > 0.95, "without the options");
  }

  @Test
  void whatDoesNotFitIsRefusedInASentence() throws IOException {
    Path codes = KIND.resolve("codes.npz");
    evaluate(SIGNAL, codes).isRefused("codes.npz holds tensors of 64, expected each to be");
    evaluate(CODES, SIGNALS).isRefused("takes codes (int64, Nx64) and", "signals.npz holds");
    Path odd = Files.createDirectory(temp.resolve("odd")).resolve("odd.npy");
    NpyFile.write(odd, List.of(1, 64), filled(0.5f));
    evaluate(CODES, odd, "--unlabelled", "--original", CODES)
        .isRefused("an input of type int64 got other numbers: 0.5 is no whole number");
    NpyFile.write(odd, List.of(1, 1, 64), filled(Float.NaN));
    evaluate(SIGNAL, odd).isRefused("odd.npy holds not a number at 0: expected finite numbers");
    NpyFile.write(odd, List.of(1, 1, 64), filled(1));
    evaluate(SIGNAL, odd).isRefused("odd.npy was read without labels");
    NpyFile.write(odd.resolveSibling("labels.npy"), List.of(2), new float[2]);
    evaluate(SIGNAL, odd).isRefused("holds 1 inputs and labels of shape [2]: expected a label");
    Path text = Files.writeString(temp.resolve("text.npz"), "nothing");
    evaluate(SIGNAL, text).isRefused("text.npz cannot be read as an .npz file");
    evaluate(SIGNAL, SIGNALS, "--resize", "8x8")
        .isRefused("or --layout tensor where its inputs are no pictures");
    evaluate(SIGNAL, SIGNALS, "--layout", "tensor", "--mean", "0.5")
        .isRefused("'0.5' is given with the layout tensor, which takes numbers as they are");
    evaluate(SIGNAL, SIGNALS, "--mean", "0.5", "--std", "1")
        .isRefused("expected pictures, or --layout tensor for tensors as they are");
  }

  private static VerbAnswer evaluate(Path model, Path data, Object... more) {
    return VerbAnswer.of(VerbAnswer.with(new Object[] {"evaluate", model, "--data", data}, more));
  }

  private static float[] filled(float value) {
    float[] all = new float[64];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  void whatIsDoneWithPicturesAloneSaysSo() {
    VerbAnswer answer =
        VerbAnswer.of(
            "attack", SIGNAL, "--compressed", SIGNAL, "--data", SIGNALS, "--epsilon", "2");
    answer.isRefused("holds tensors of 1x64: expected pictures");
  }

  @Test
  void modelsOfTensorsArePrunedDistilledTrainedAsQuantizedAndVerified() {
    Path pruned = temp.resolve("pruned.onnx");
    Object[] shared = {"--data", SIGNALS, "--epochs", 1, "--out"};
    Object[] few = {"prune", SIGNAL, "--rate", 0.2};
    VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(few, shared), pruned)).done();
    assertTrue(accuracy("evaluate", pruned, "--data", SIGNALS) > 0.8);
    Path smaller = temp.resolve("smaller.onnx");
    Object[] prune = {"prune", SIGNAL, "--structured", "--rate", 0.25};
    VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(prune, shared), smaller)).done();
    assertTrue(smaller.toFile().length() < SIGNAL.toFile().length());
    Path taught = temp.resolve("taught.onnx");
    Object[] distill = {"distill", "--teacher", SIGNAL, "--student", pruned};
    VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(distill, shared), taught)).done();
    assertTrue(accuracy("evaluate", taught, "--data", SIGNALS) > 0.8);
    Path aware = temp.resolve("aware.onnx");
    VerbAnswer.of("quantize", SIGNAL, "--data", SIGNALS, "--qat-epochs", 1, "--out", aware).done();
    assertTrue(accuracy("evaluate", aware, "--data", SIGNALS) > 0.8);
    for (Path model : List.of(SIGNAL, aware)) {
      VerbAnswer verified =
          VerbAnswer.of("inspect", model, "--verify", "--data", SIGNALS, "--json");
      assertEquals(120, verified.done().json().get("verification").get("pictures").intValue());
      assertEquals(120, verified.json().get("verification").get("same_labels").intValue());
    }
    Object[] fresh = {"distill", "--teacher", SIGNAL, "--arch", "resnet8"};
    VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(fresh, shared), taught))
        .isRefused("makes students that take pictures", "expected --student");
  }

  @Test
  void theLayersOfAModelOfTensorsAreTried() {
    Path int8 = temp.resolve("int8.onnx");
    VerbAnswer.of("quantize", SIGNAL, "--data", SIGNALS, "--out", int8).done();
    Path found = temp.resolve("found");
    Object[] pair = {"--original", SIGNAL, "--compressed", int8};
    Object[] search = {"search", "--data", SIGNALS, "--range", "0:8", "--epsilon", 0.25, "--out"};
    String database = "jdbc:h2:file:" + temp.resolve("fleet");
    VerbAnswer.of(
            VerbAnswer.with(
                VerbAnswer.with(VerbAnswer.with(search, found), "--database", database), pair))
        .done();
    VerbAnswer.of(VerbAnswer.with(new Object[] {"layers", found}, pair)).done();
  }
}
