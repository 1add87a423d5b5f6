package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;

/** A judge that is opened, with a model, when it is its turn. */
public interface JudgeSource {
  /** What the judge's {@link dev.plumbline.host.corpus.JudgeInfo#id()} will be. */
  String id();

  JudgeKind kind();

  /**
   * @throws DeviceUnreachableException if it is a device and does not answer
   * @throws dev.plumbline.host.BadInputException if it refuses the model
   */
  Judge open(OnnxModel model);

  /** ONNX Runtime here. */
  static JudgeSource host(Preprocessing preprocessing, RuntimeProvider provider) {
    return new Source(
        HostJudge.ID, JudgeKind.HOST, model -> new HostJudge(model, preprocessing, provider));
  }

  /** Opens a judge. */
  @FunctionalInterface
  interface Opening {
    Judge open(OnnxModel model);
  }

  /** A judge that is there as long as the host is. */
  record Source(String id, JudgeKind kind, Opening opening) implements JudgeSource {
    @Override
    public Judge open(OnnxModel model) {
      return opening.open(model);
    }
  }
}
