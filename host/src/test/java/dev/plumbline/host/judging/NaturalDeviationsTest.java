package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaturalDeviationsTest {
  @TempDir Path folder;

  @Test
  void theIntervalIsThatOfTheBinomialDistribution() {
    int[] original = new int[500];
    int[] compressed = new int[500];
    compressed[7] = 1;
    compressed[11] = 2;
    compressed[499] = 1;
    NaturalDeviations natural =
        NaturalDeviations.of(
            Classification.PLAIN, Argmax.known(original), Argmax.known(compressed));
    assertEquals(3, natural.deviations());
    // From sums of the binomial distribution by bisection, in another language: the rates at which
    // 3
    // or more, and 3 or fewer, of 500 have a probability of 2.5 %. Six digits of them are here.
    assertEquals(0.00123906, natural.low(), 1e-8);
    assertEquals(0.0174337, natural.high(), 1e-7);
  }

  @Test
  void theLabelsAreThoseOfBothModelsInOnnxRuntime() throws Exception {
    OnnxModel first = OnnxModel.read(LinearModel.write(folder, 1));
    OnnxModel second = OnnxModel.read(LinearModel.write(folder, 2));
    PictureShape shape = new PictureShape(3, 6, 5);
    Random random = new Random(3);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      byte[] pixels = new byte[shape.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(shape, pixels));
    }
    Preprocessing plain =
        new Preprocessing(
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            Preprocessing.Layout.NCHW,
            Preprocessing.ChannelOrder.RGB);
    NaturalDeviations natural =
        NaturalDeviations.measure(
            first,
            second,
            new UnlabelledPictures(pictures, List.of("a", "b", "c", "d")),
            plain,
            RuntimeProvider.cpu(),
            Progress.SILENT);
    int differ = 0;
    try (Judge one = new HostJudge(first, plain, RuntimeProvider.cpu());
        Judge other = new HostJudge(second, plain, RuntimeProvider.cpu())) {
      for (Picture picture : pictures) {
        differ += label(one, picture) == label(other, picture) ? 0 : 1;
      }
    }
    assertEquals(70, natural.pictures());
    assertEquals(differ, natural.deviations());
  }

  private static int label(Judge judge, Picture picture) {
    int[] best = new int[1];
    judge.judge(
        List.of(picture),
        (index, logits) -> {
          for (int c = 0; c < logits[0].length; c++) {
            best[0] = logits[0][c] > logits[0][best[0]] ? c : best[0];
          }
        });
    return best[0];
  }
}
