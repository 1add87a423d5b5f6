package dev.plumbline.host.search;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.List;
import java.util.function.Function;

/** Confirming judges that are not of the proxy's opinion. */
final class ConfirmingFixture {
  private ConfirmingFixture() {}

  /**
   * ONNX Runtime with another model: a processor on which the compressed one computes otherwise.
   */
  static Judge deployed(OnnxModel model) {
    return new Answering(
        pictures -> {
          try (HostJudge host = new HostJudge(model, SearchFixture.PLAIN, RuntimeProvider.cpu())) {
            return host.logits(pictures);
          }
        });
  }

  static int label(Judge judge, Picture picture) {
    return SearchFixture.label(judge.logits(List.of(picture))[0]);
  }

  /** A judge that is nothing but its answers: logits, a row per picture. */
  record Answering(Function<List<Picture>, float[][]> answers) implements Judge {
    @Override
    public JudgeInfo info() {
      throw new UnsupportedOperationException("a search asks no judge who it is");
    }

    @Override
    public void judge(List<? extends Input> pictures, LogitsSink sink) {
      sink.accept(0, answers.apply(pictures.stream().map(Picture.class::cast).toList()));
    }

    @Override
    public void close() {}
  }
}
