package dev.plumbline.host.device;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import java.util.List;

/** The compressed model itself in ONNX Runtime on the host. */
public final class HostJudge implements Judge {
  /** How the host is called among judges. */
  public static final String ID = "host";

  private final PictureClassifier classifier;
  private final JudgeInfo info;

  public HostJudge(OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider) {
    Processor processor = Processor.ofThisMachine();
    this.info =
        new JudgeInfo(
            ID,
            JudgeKind.HOST,
            System.getProperty("os.arch"),
            "onnxruntime " + RuntimeSession.version(),
            provider.kind().onnxName(),
            processor.name(),
            processor.int8Features(),
            provider.threads() == 0
                ? Runtime.getRuntime().availableProcessors()
                : provider.threads(),
            PictureClassifier.BATCH,
            model.sha256());
    this.classifier = PictureClassifier.open(model, preprocessing, provider);
  }

  @Override
  public JudgeInfo info() {
    return info;
  }

  @Override
  public void judge(List<Picture> pictures, LogitsSink sink) {
    for (int from = 0; from < pictures.size(); from += PictureClassifier.BATCH) {
      int to = Math.min(pictures.size(), from + PictureClassifier.BATCH);
      sink.accept(from, classifier.logits(pictures.subList(from, to)));
    }
  }

  @Override
  public void close() {
    classifier.close();
  }
}
