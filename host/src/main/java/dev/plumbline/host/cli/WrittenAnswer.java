package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.AgreementBound;
import dev.plumbline.host.task.Agreement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a verb says of the model that it made. */
record WrittenAnswer(AgreementBound.Written model) {

  /** For programs; the file's name and SHA-256 only if it is there. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (model.written()) {
      map.put("model", model.file().toString());
      map.put("sha256", model.model().sha256());
    }
    map.put("agreement", model.agreement().share());
    map.put("agreement_pictures", model.agreement().pictures());
    model.warning().ifPresent(sentence -> map.put("warning", sentence));
    return map;
  }

  /** "wrote q.onnx", or that it was not written. */
  String wrote() {
    return (model.written() ? "wrote " : "did not write ") + model.file();
  }

  /** For people. */
  List<String> lines() {
    Agreement agreement = model.agreement();
    String agrees =
        String.format(
            Locale.ROOT,
            "the same decision as the model it is made from: %d of %d %s (%.1f %%)",
            agreement.same(),
            agreement.pictures(),
            model.nouns(),
            100 * agreement.share());
    return List.of(wrote(), agrees);
  }

  int exitCode() {
    return model.written() ? 0 : Main.CHECK_FAILED;
  }
}
