package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RunBatch;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.List;
import java.util.function.ObjDoubleConsumer;

/**
 * The compressed model's margins, each for its own decision, on deviations of corpora.
 *
 * @param compressed as it is read
 */
record DeviationMargins(OnnxModel compressed, RuntimeProvider provider, Progress progress) {

  /**
   * Runs the model on the effective pictures of a corpus.
   *
   * @param sink gets those on which the model deviates in ONNX Runtime, with its margin
   */
  void each(Corpus corpus, ObjDoubleConsumer<CorpusInput> sink) {
    Task task = Tasks.of(compressed);
    List<CorpusInput> found =
        corpus.inputs().stream()
            .filter(input -> input.pictureClass() == PictureClass.EFFECTIVE)
            .toList();
    try (PictureClassifier classifier =
            PictureClassifier.open(compressed, corpus.header().preprocessing(), provider);
        Progress.Step step = progress.begin("running the compressed model", found.size())) {
      int together = RunBatch.ON_HOST.of(compressed);
      for (int from = 0; from < found.size(); from += together) {
        List<CorpusInput> batch = found.subList(from, Math.min(found.size(), from + together));
        List<Input> pictures = batch.stream().map(corpus::input).toList();
        float[][] rows = classifier.logits(pictures);
        for (int i = 0; i < rows.length; i++) {
          if (task.differ(batch.get(i).originalDecision(), task.decide(rows[i]))) {
            sink.accept(batch.get(i), task.ownMargin(rows[i]));
          }
        }
        step.at(from + rows.length, "");
      }
    }
  }
}
