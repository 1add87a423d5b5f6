package dev.plumbline.host.judging;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Deviations on clean pictures, by the real models in ONNX Runtime on the host: pictures on which
 * the compressed model decides otherwise than the original before anything is changed.
 *
 * @param pictures that were asked about, at least 1
 * @param deviations of them
 * @param low lower end of the exact 95 % interval of their rate, 0 to 1
 * @param high upper end
 */
public record NaturalDeviations(int pictures, int deviations, double low, double high) {

  /** Of what the two models decide on the same pictures. */
  public static NaturalDeviations of(
      Task task, List<? extends Decision> original, List<? extends Decision> compressed) {
    int deviations = task.differing(original, compressed);
    ClopperPearson interval = ClopperPearson.of(deviations, original.size());
    return new NaturalDeviations(original.size(), deviations, interval.low(), interval.high());
  }

  /** Runs both models on all pictures. */
  public static NaturalDeviations measure(
      OnnxModel original,
      OnnxModel compressed,
      Dataset data,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Progress progress) {
    try (Progress.Step step = progress.begin("looking at the seeds as they are", 2L * data.size());
        PictureClassifier first = PictureClassifier.open(original, preprocessing, provider);
        PictureClassifier second = PictureClassifier.open(compressed, preprocessing, provider)) {
      Task task = Tasks.ofPair(original, compressed);
      List<Decision> byOriginal = new ArrayList<>();
      first.each(data, step, (index, row) -> byOriginal.add(task.decide(row)));
      List<Decision> byCompressed = new ArrayList<>();
      second.each(
          data,
          (done, note) -> step.at(data.size() + done, note),
          (index, row) -> byCompressed.add(task.decide(row)));
      return of(task, byOriginal, byCompressed);
    }
  }

  /** With the keys that answers have for it. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pictures", pictures);
    map.put("deviations", deviations);
    map.put("low", low);
    map.put("high", high);
    return map;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d seeds deviate as they are (95 %%: %.2f to %.2f %%)",
        deviations,
        pictures,
        100 * low,
        100 * high);
  }
}
