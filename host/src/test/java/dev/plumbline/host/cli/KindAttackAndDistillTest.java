package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attacks on, and students of, tiny models that are no classifiers. */
class KindAttackAndDistillTest {
  @TempDir Path temp;

  private static Object[] attack(KindFixture kind, Object... more) {
    Object[] pair = kind.data("attack", kind.original(), "--compressed", kind.original());
    return VerbAnswer.with(VerbAnswer.with(pair, "--json", "--epsilon", "1,16"), more);
  }

  @ParameterizedTest
  @EnumSource(KindFixture.class)
  void anAttackOfSomeStrengthChangesWhatModelsDecide(KindFixture kind) {
    JsonNode answer = VerbAnswer.of(attack(kind, "--annotations", kind.annotated())).done().json();
    assertEquals(kind.attackedFrom, answer.get("away_from").asText());
    double weak = answer.at("/fgsm/1/original").asDouble();
    double strong = answer.at("/fgsm/16/original").asDouble();
    // The regression is within its narrow bound of no annotation after the weakest attack.
    assertTrue(strong < weak || weak == 0, answer.toString());
    assertEquals(strong, answer.at("/fgsm/16/compressed").asDouble(), answer.toString());
  }

  @Test
  void whatHasNoDirectionToBeLedToIsRefused() {
    VerbAnswer.of(attack(KindFixture.REGRESSION)).isRefused("regression", "expected annotations");
    Path embedding = KindFixture.REGRESSION.folder.resolveSibling("embedding");
    Object[] data = {"--data", embedding.resolve("pictures"), "--mean", "0", "--std", "1"};
    Path model = embedding.resolve("embedder.onnx");
    Object[] verb = {"attack", model, "--compressed", model, "--task", "embedding"};
    VerbAnswer.of(VerbAnswer.with(verb, data)).isRefused("embedding", "search");
  }

  private Path pruned(KindFixture kind) {
    Path out = temp.resolve("pruned.onnx");
    VerbAnswer.of(
            kind.data("prune", kind.original(), "--rate", "0.6", "--epochs", "1", "--out", out))
        .done();
    return out;
  }

  private static Object[] distill(KindFixture kind, Path student, Path out, Object... more) {
    Object[] verb = {"distill", "--teacher", kind.original(), "--student", student, "--out", out};
    return VerbAnswer.with(kind.data(verb), more);
  }

  @ParameterizedTest
  @EnumSource(
      value = KindFixture.class,
      names = {"DETECTION", "SEGMENTATION", "REGRESSION"})
  void aStudentComesNearerToItsTeacher(KindFixture kind) {
    Path student = pruned(kind);
    double before =
        VerbAnswer.of(
                VerbAnswer.with(
                    kind.data("evaluate", student), "--original", kind.original(), "--json"))
            .done()
            .json()
            .get("agreement")
            .asDouble();
    Path out = temp.resolve("student.onnx");
    Object[] verb = distill(kind, student, out, "--epochs", "8", "--batch", "8", "--json");
    JsonNode answer =
        VerbAnswer.of(VerbAnswer.with(verb, "--annotations", kind.annotated())).done().json();
    assertTrue(answer.get("agreement").asDouble() >= before, before + " " + answer);
    assertTrue(answer.get(kind.score).isNumber(), answer.toString());
    assertTrue(answer.get("teacher_" + kind.score).isNumber(), answer.toString());
    assertFalse(answer.has("accuracy"), answer.toString());
    assertEquals(
        Tasks.of(Tasks.read("--task", kind.task, OnnxModel.read(kind.original()))),
        Tasks.of(OnnxModel.read(out)));
  }

  @Test
  void studentsThatDoNotFitAreRefused() {
    KindFixture kind = KindFixture.REGRESSION;
    Path out = temp.resolve("student.onnx");
    VerbAnswer.of(distill(kind, kind.original(), out, "--epochs", "1", "--temperature", "2"))
        .isRefused("temperature", "regression");
    Object[] arch = {"distill", "--teacher", kind.original(), "--arch", "lenet5", "--out", out};
    VerbAnswer.of(VerbAnswer.with(kind.data(arch), "--epochs", "1"))
        .isRefused("classifiers", "regression");
    Path other = KindFixture.SEGMENTATION.original();
    VerbAnswer.of(distill(kind, other, out, "--epochs", "1")).isRefused("segmenter.onnx");
    Object[] train = {"train", "--arch", "lenet5", "--data", kind.folder.resolve("pictures")};
    VerbAnswer.of(VerbAnswer.with(train, "--epochs", "1", "--out", out, "--task", "regression"))
        .isRefused("train makes classifiers", "regression");
  }
}
