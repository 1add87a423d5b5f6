package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceJudge;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.CloseValid;
import dev.plumbline.host.search.TestSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.train.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures that the proxy calls valid, on the way from the search to devices that turn them over.
 */
class CloseSearchTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0.5f), List.of(0.3f), Layout.NCHW, ChannelOrder.RGB);
  private static final int SEEDS = 30;
  private static final int STEPS = 8;

  @TempDir Path temp;
  private OnnxModel original;
  private OnnxModel compressed;
  private OnnxModel otherProcessor;
  private Dataset seeds;

  @BeforeEach
  void write() {
    original = PreprocessingMetadata.write(Architecture.parse("resnet8").build(SHAPE, 4, 1), PLAIN);
    compressed = written(Pruner.prune(original, 0.5), "compressed");
    // What another processor's int8 arithmetic does to some logits, other weights do here: no two
    // processors that differ are at hand in every place where tests run.
    otherProcessor = written(Pruner.prune(original, 0.53), "other");
    Random random = new Random(1);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < SEEDS; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    seeds = new UnlabelledPictures(pictures, List.of("a", "b", "c", "d"));
  }

  private OnnxModel written(OnnxModel model, String name) {
    Path file = temp.resolve(name + ".onnx");
    model.write(file);
    return OnnxModel.read(file);
  }

  private Corpus search(CloseValid close, String out) {
    return new CorpusSearch(
            original, compressed, PLAIN, Accelerator.CPU.torchDevice(), RuntimeProvider.cpu())
        .search(
            seeds,
            "noise",
            TestSettings.with(
                TestSettings.of(STEPS, List.of(0.1f), 8 / 255.0, 1)
                    .withBatch(OptionalInt.of(16))
                    .withConfirmInWalk(false),
                close),
            temp.resolve(out),
            Progress.SILENT);
  }

  private static double margin(float[] logits, int label) {
    double other = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < logits.length; c++) {
      other = c == label ? other : Math.max(other, logits[c]);
    }
    return logits[label] - other;
  }

  @Test
  void theCorpusKeepsWhatOnnxRuntimeCallsCloseAndCountsTheRest() {
    Corpus all = search(new CloseValid(1e9, STEPS), "all");
    // The bound is the middle of the margins, so that some are kept and some are not.
    Map<String, Double> margins = new HashMap<>();
    List<Double> sorted = new ArrayList<>();
    try (PictureClassifier classifier =
        PictureClassifier.open(compressed, PLAIN, RuntimeProvider.cpu())) {
      for (CorpusInput input : all.inputs()) {
        if (input.pictureClass() == PictureClass.VALID) {
          float[] logits = classifier.logits(List.of(all.picture(input)))[0];
          margins.put(input.id(), margin(logits, Label.of(input.seedDecision()).number()));
          sorted.add(margins.get(input.id()));
        }
      }
    }
    sorted.sort(null);
    int middle = sorted.size() / 2;
    // Between two of them, as the proxy's float sums differ from ONNX Runtime's in the last digits.
    double bound = (sorted.get(middle) + sorted.get(middle + 1)) / 2;
    assertTrue(sorted.get(middle + 1) - sorted.get(middle) > 1e-6, "margins are too dense");
    Corpus close = search(new CloseValid(bound, STEPS), "close");
    List<String> expected =
        all.inputs().stream()
            .filter(
                input ->
                    input.pictureClass() == PictureClass.EFFECTIVE
                        || margins.get(input.id()) < bound)
            .map(CorpusInput::id)
            .toList();
    assertEquals(expected, close.inputs().stream().map(CorpusInput::id).toList());
    assertEquals(all.header().counts(), close.header().counts());
    assertEquals(bound, close.header().settings().get("keep_close"));

    Corpus two = search(new CloseValid(bound, 2), "two");
    Map<Integer, Integer> bySeed = new HashMap<>();
    for (CorpusInput input : two.inputs()) {
      if (input.pictureClass() == PictureClass.VALID) {
        bySeed.merge(input.seed(), 1, Integer::sum);
        long closer =
            close.inputs().stream()
                .filter(i -> i.seed() == input.seed() && margins.containsKey(i.id()))
                .filter(i -> margins.get(i.id()) < margins.get(input.id()))
                .count();
        assertTrue(closer < 2, input.id() + " is not among the two closest of its seed");
      }
    }
    assertTrue(bySeed.values().stream().allMatch(n -> n <= 2), bySeed.toString());
    assertTrue(two.header().kept() < close.header().kept(), "nothing was left out");
    assertEquals(
        close.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).count(),
        two.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).count());
  }

  @Test
  void deviationsThatOnlyADeviceSeesAreFoundAndCounted() throws Exception {
    Corpus corpus = search(new CloseValid(1e9, STEPS), "corpus");
    FleetDatabase database = FleetDatabase.open("jdbc:h2:file:" + temp.resolve("fleet"));
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      JudgeSource device =
          new JudgeSource.Source(
              "board",
              JudgeKind.DEVICE,
              model ->
                  DeviceJudge.connect(
                      "board", agent.address(), DeviceAccess.inTheClear(), otherProcessor, PLAIN));
      FleetRun run =
          FleetRun.begin(
              database,
              "confirm",
              new RepeatedJudging(compressed, Optional.empty(), 1, Progress.SILENT),
              compressed.sha256());
      FleetRun.Answers answers =
          run.confirm(
              corpus, List.of(), List.of(JudgeSource.host(PLAIN, RuntimeProvider.cpu()), device));
      assertEquals(Map.of(), answers.failures());
      Provenance.Counts counts = Provenance.Counts.of(answers.corpus());
      int turned = 0;
      try (PictureClassifier other =
          PictureClassifier.open(otherProcessor, PLAIN, RuntimeProvider.cpu())) {
        for (CorpusInput input : corpus.inputs()) {
          if (input.pictureClass() == PictureClass.VALID) {
            float[] logits = other.logits(List.of(corpus.picture(input)))[0];
            turned += margin(logits, Label.of(input.seedDecision()).number()) < 0 ? 1 : 0;
          }
        }
      }
      assertTrue(turned > 0, "the other processor turns nothing over");
      assertEquals(turned, counts.unseenOnDevices());
      assertEquals(turned, counts.unseenBy().get("board"));
    }
  }
}
