package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardedModel;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.BitSet;

/** Writes the guarded model, once ONNX Runtime's word of each picture is that of the rule. */
public record GuardExport(
    Preprocessing preprocessing, RuntimeProvider provider, Progress progress) {

  /**
   * Writes it.
   *
   * @param clean pictures that it is run on first
   * @return the model that was written
   * @throws dev.plumbline.host.BadInputException if the margin cannot be written as a graph
   */
  public OnnxModel write(OnnxModel compressed, Guard guard, Dataset clean, Path file) {
    OnnxModel guarded = GuardedModel.of(compressed, guard);
    BitSet byRule = new BitSet(clean.size());
    Task task = Tasks.of(guarded);
    each(
        guarded,
        clean,
        (index, row) -> byRule.set(index, guard.rule().isCertain(task.ownMargin(row))));
    BitSet byRuntime = new BitSet(clean.size());
    each(
        GuardedModel.certainty(guarded),
        clean,
        (index, row) -> byRuntime.set(index, GuardedModel.isCertain(row)));
    if (!byRule.equals(byRuntime)) {
      byRuntime.xor(byRule);
      throw new IllegalStateException(
          "the guarded model says otherwise than the rule on "
              + byRuntime.cardinality()
              + " of "
              + clean.size()
              + " pictures");
    }
    guarded.write(file);
    return guarded;
  }

  private void each(OnnxModel model, Dataset clean, PictureClassifier.RowSink sink) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("checking the guarded model", clean.size())) {
      classifier.each(clean, step, sink);
    }
  }
}
