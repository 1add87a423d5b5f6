package dev.plumbline.host.judging;

import dev.plumbline.agent.machine.CpuInfo;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RunBatch;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The compressed model itself in ONNX Runtime on the host. */
public final class HostJudge implements Judge {
  /** How the host is called among judges. */
  public static final String ID = "host";

  private final OnnxModel model;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final PictureClassifier classifier;
  private final JudgeInfo info;

  public HostJudge(OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider) {
    this(model, preprocessing, provider, () -> RuntimeSession.open(model, provider));
  }

  /** A judge that is asked between other computations, whose processors it leaves to them. */
  public static HostJudge inTurn(
      OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider) {
    return new HostJudge(
        model,
        preprocessing,
        provider,
        () -> RuntimeSession.open(model, provider, Optimization.IN_TURN, Optional.empty()));
  }

  private HostJudge(
      OnnxModel model,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Supplier<RuntimeSession> session) {
    this.model = model;
    this.preprocessing = preprocessing;
    this.provider = provider;
    CpuInfo cpu = cpuInfo();
    this.info =
        new JudgeInfo(
            ID,
            JudgeKind.HOST,
            System.getProperty("os.arch"),
            "onnxruntime " + RuntimeSession.version(),
            provider.kind().onnxName(),
            cpu.processor(),
            cpu.int8Features(),
            provider.threads() == 0
                ? Runtime.getRuntime().availableProcessors()
                : provider.threads(),
            RunBatch.ON_HOST.of(model),
            model.sha256());
    this.classifier = PictureClassifier.of(session.get(), preprocessing);
  }

  private static CpuInfo cpuInfo() {
    try {
      return CpuInfo.ofThisMachine();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what processor this is", e);
    }
  }

  @Override
  public JudgeInfo info() {
    return info;
  }

  @Override
  public void judge(List<? extends Input> pictures, LogitsSink sink) {
    judge(classifier, pictures, info.batch(), sink);
  }

  private static void judge(
      PictureClassifier classifier, List<? extends Input> pictures, int batch, LogitsSink sink) {
    for (int from = 0; from < pictures.size(); from += batch) {
      int to = Math.min(pictures.size(), from + batch);
      sink.accept(from, classifier.logits(pictures.subList(from, to)));
    }
  }

  @Override
  public List<Repeat> repeats() {
    List<Repeat> repeats = new ArrayList<>();
    repeats.add(Repeat.sameBatch(this::judge));
    if (model.batch() == 0) {
      repeats.add(
          Repeat.otherBatch(
              (pictures, sink) -> judge(classifier, pictures, Repeat.OTHER_BATCH, sink)));
    }
    if (provider.kind() == RuntimeProvider.Kind.CPU) {
      int threads = info.threads() == 1 ? 2 : 1;
      repeats.add(Repeat.threads(threads, (pictures, sink) -> judge(threads, pictures, sink)));
    }
    return repeats;
  }

  private void judge(int threads, List<? extends Input> pictures, LogitsSink sink) {
    RuntimeProvider other = new RuntimeProvider(provider.kind(), threads);
    try (PictureClassifier again = PictureClassifier.open(model, preprocessing, other)) {
      judge(again, pictures, info.batch(), sink);
    }
  }

  @Override
  public void close() {
    classifier.close();
  }
}
