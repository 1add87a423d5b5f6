package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Sequence.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceKindTest {
  @TempDir Path folder;

  /** The batch is open; so is a dimension of -1. */
  private static OnnxModel model(String end, long... dims) {
    GraphBuilder graph = new GraphBuilder("model");
    String input = graph.input("picture", 1, 16, 64);
    graph.output(graph.node(end, "steps", List.of(input), Map.of()), dims);
    return graph.build();
  }

  private static Task read(String settings, OnnxModel model) {
    return Tasks.of(Tasks.read("--task", "sequence" + settings, model));
  }

  private String alphabet(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content);
    return ",alphabet=" + file;
  }

  private static Sequence sequence(int classes, int blank, Layout layout, String... alphabet) {
    return new Sequence(
        classes,
        blank,
        layout,
        alphabet.length == 0 ? Optional.empty() : Optional.of(new Alphabet(List.of(alphabet))));
  }

  @Test
  void stepsAndClassesAreReadFromTheOutput() {
    assertEquals(sequence(11, 0, Layout.NTC), read("", model("Softmax", 16, 11)));
    assertEquals(sequence(11, 10, Layout.NTC), read(",blank=last", model("Identity", -1, 11)));
    assertEquals(sequence(11, 3, Layout.NCT), read(",layout=nct,blank=3", model("Relu", 11, -1)));
    assertEquals(sequence(11, 0, Layout.NTC), read("", model("Relu", 1, 16, 11)));
    assertEquals(sequence(9, 0, Layout.NTC), read(",classes=9", model("Relu", 16, -1)));
  }

  @Test
  void theAlphabetMayLeaveOutTheBlankAndTheSpaceBehindIt() throws IOException {
    OnnxModel model = model("Softmax", 16, 4);
    Sequence expected = sequence(4, 0, Layout.NTC, "1", "字", "😀");
    assertEquals(expected, read(alphabet("a", "1\n字\n😀\n"), model));
    assertEquals(expected, read(alphabet("b", "\ufeff-\r\n1\r\n字\r\n😀"), model));
    assertEquals(sequence(4, 0, Layout.NTC, "1", "2", " "), read(alphabet("c", "1\n2\n"), model));
    assertEquals(
        sequence(4, 3, Layout.NTC, "1", "2", " "),
        read(alphabet("d", "1\n2\n \n") + ",blank=last", model));
    OnnxModel carrying = model.withMetadata("character", "a\nb\nc");
    assertEquals(sequence(4, 0, Layout.NTC, "a", "b", "c"), read("", carrying));
    assertEquals(expected, read(alphabet("a", "1\n字\n😀\n"), carrying));
  }

  @Test
  void alphabetsOfOtherModelsAreRefused() throws IOException {
    OnnxModel model = model("Softmax", 16, 4);
    String wrong = alphabet("wrong.txt", "1\n2\n3\n4\n5\n");
    Refusal.says(() -> read(wrong, model), "wrong.txt has 5 lines", "4 classes", "3 lines");
    Refusal.says(
        () -> read("", model.withMetadata("character", "a")), "the metadata character", "1 line");
    Refusal.says(() -> read(",alphabet=none.txt", model), "none.txt does not exist");
  }

  @Test
  void outputsAndSettingsThatDoNotFitAreRefused() {
    OnnxModel model = model("Softmax", 16, 11);
    Refusal.says(() -> read("", model("Softmax", 11)), "Nx11", "batch x time steps x classes");
    Refusal.says(() -> read("", model("Softmax", 11, 16, 16)), "Nx11x16x16", "time steps");
    Refusal.says(() -> read("", model("Softmax", 16, -1)), "leaves open", "classes=NUMBER");
    Refusal.says(() -> read("", model("Softmax", 16, 1)), "1 classes", "at least two");
    Refusal.says(() -> read(",classes=12", model), "12", "Nx16x11", "expected 11");
    Refusal.says(() -> read(",blank=11", model), "blank", "11", "0.0 to 10.0");
    Refusal.says(() -> read(",blank=0.5", model), "blank", "0.5", "whole number");
    Refusal.says(() -> read(",layout=cnt", model), "layout", "cnt", "ntc or nct or tnc");
    Refusal.says(() -> read(",output=other", model), "an output other", "steps (float, Nx16x11)");
    Refusal.says(() -> read(",blanc=1", model), "blanc", "the nearest is 'blank'");
  }

  @Test
  void aModelWithASoftmaxAtEachStepLooksLikeAReaderOfStrings() {
    SequenceKind kind = new SequenceKind();
    assertTrue(kind.looksLike(model("Softmax", 16, 11)).isPresent());
    assertTrue(kind.looksLike(model("LogSoftmax", 16, 11)).isPresent());
    assertTrue(kind.looksLike(model("Softmax", 11)).isEmpty());
    assertTrue(kind.looksLike(model("Relu", 84, 8400)).isEmpty());
    assertTrue(
        kind.looksLike(model("Relu", 16, 4).withMetadata("character", "a\nb\nc")).isPresent());
  }
}
