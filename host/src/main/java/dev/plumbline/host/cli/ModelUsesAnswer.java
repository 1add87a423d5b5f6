package dev.plumbline.host.cli;

import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.verification.ModelUses;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code inspect} says that a model can be used for. */
final class ModelUsesAnswer {
  private ModelUsesAnswer() {}

  static Map<String, Object> of(OnnxModel model, ModelUses uses) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (uses.judging().isEmpty()) {
      ModelContract contract = ModelContract.of(model);
      if (contract.classifies()) {
        map.put("output", model.graph().output().name());
        map.put("read_as", contract.scores().toString());
        map.put(
            "classes",
            contract.declaredClasses().isPresent() ? contract.declaredClasses().getAsInt() : null);
      } else {
        map.put("task", Tasks.text(Tasks.of(model)));
        map.put("read_outputs", contract.outputs());
      }
      map.put("batch", contract.takesAnyBatch() ? "any" : contract.fixedBatch());
    }
    map.put("can_be_judged", text(uses.judging()));
    map.put("can_be_searched", text(uses.search()));
    map.put("can_be_repaired", text(uses.repair()));
    return map;
  }

  private static String text(Optional<String> whyNot) {
    return whyNot.map(reason -> "no: " + reason).orElse("yes");
  }
}
