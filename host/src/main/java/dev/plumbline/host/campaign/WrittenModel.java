package dev.plumbline.host.campaign;

import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.Map;

/** The model that a step leaves. It is replaced whole, so there is nothing unfinished of it. */
record WrittenModel(Path file) implements StepJournal.Outputs {
  @Override
  public Map<String, String> digests() {
    return Map.of("model", OnnxModel.read(file).sha256());
  }

  @Override
  public void discard() {
    // Rounds of other inputs have a folder of their own.
  }
}
